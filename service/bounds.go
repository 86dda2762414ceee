package service

import "fmt"

// bytesMin is the least budget that allows two large answers at once.
const bytesMin Bytes = 64 << 20

// checkLimits checks the budget and the ports.
func (c Config) checkLimits() error {
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
