package app

import "fmt"

// bytesMin is the least budget with which a few large answers are made at once.
const bytesMin Bytes = 16 << 20

// bounded checks what bounds the process and how it is watched.
func (c Config) bounded() error {
	switch {
	case c.AdminPort < 0 || c.AdminPort > 65535:
		return fmt.Errorf("ADMIN_PORT %d is not from 0 to 65535", c.AdminPort)
	case c.AdminPort != 0 && c.AdminPort == c.Port:
		return fmt.Errorf("ADMIN_PORT and PORT are both %d; choose another", c.Port)
	case c.Bytes < bytesMin:
		return fmt.Errorf("BYTES_IN_FLIGHT %s is less than %s", c.Bytes, bytesMin)
	}
	return nil
}
