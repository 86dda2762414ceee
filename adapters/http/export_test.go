package http

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }
