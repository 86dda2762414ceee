package machine

import "syscall"

// maxrssUnit is what Linux counts Maxrss in.
const maxrssUnit = 1 << 10

// endWithUs lets the kernel end a process when we are gone, however we went.
func endWithUs(attributes *syscall.SysProcAttr) { attributes.Pdeathsig = syscall.SIGKILL }
