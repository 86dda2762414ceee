package service

import "fmt"

// bytesMin is the least budget with which two large answers are made at once.
const bytesMin Bytes = 64 << 20

// bounded checks what bounds the process and how it is watched.
func (c Config) bounded() error {
	if c.Bytes < bytesMin {
		return fmt.Errorf("BYTES_IN_FLIGHT %s is less than %s", c.Bytes, bytesMin)
	}
	return c.checkPort()
}

func (c Config) checkPort() error {
	switch {
	case c.Port < 0 || c.Port > 65535:
		return fmt.Errorf("PORT %d is not from 0 to 65535", c.Port)
	case c.AdminPort < 0 || c.AdminPort > 65535:
		return fmt.Errorf("ADMIN_PORT %d is not from 0 to 65535", c.AdminPort)
	case c.AdminPort != 0 && c.AdminPort == c.Port:
		return fmt.Errorf("ADMIN_PORT and PORT are both %d; choose another", c.Port)
	}
	return nil
}
