//go:build !noasm

package kernel

// pause lets the processor wait a little in a loop that watches memory.
func pause()
