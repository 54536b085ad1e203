//go:build !amd64 || noasm

package kernel

// best is Generic: there are no kernels in assembly for this build.
func best() Level { return Generic }

func use(l Level) { level = l }
