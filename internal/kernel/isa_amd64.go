//go:build !noasm

package kernel

import "golang.org/x/sys/cpu"

// best returns the highest level that the processor and the system support.
func best() Level {
	x := &cpu.X86
	switch {
	case !x.HasAVX2 || !x.HasFMA:
		return Generic
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL:
		return AVX512
	}
	return AVX2
}

// use turns the kernels of a level on.
func use(l Level) {
	level = l
	engine32, engine64 = nil, nil
	switch l {
	case AVX2:
		engine32, engine64 = &engineAVX2F32, &engineAVX2F64
	case AVX512:
		engine32, engine64 = &engineAVX512F32, &engineAVX512F64
	}
}
