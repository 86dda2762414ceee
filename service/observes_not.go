//go:build unobserved

package service

const observes = false
