package http

import "time"

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }

// Hurry does the first thing of a shutdown, and no more.
func (s *Server) Hurry() { s.conns.hurry(limits{time.Now(), time.Now().Add(time.Second)}) }

// Shows reports whether the API can show events of the type.
func Shows(event string) bool { return eventsByName[event].encode != nil }
