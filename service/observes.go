//go:build !unobserved

package service

// observes is false in a program that is built to measure what watching costs: see test/bench.
const observes = true
