package http

import "time"

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }

// Hurry does the first thing of a shutdown, and no more.
func (s *Server) Hurry() { s.conns.hurry(time.Now()) }
