package kernel

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Level is an instruction set that kernels are written for.
type Level int

// The levels, each above the ones that it can stand in for.
const (
	Generic Level = iota // Go; the products are gonum's
	AVX2                 // AVX2 and FMA, 32-byte vectors
	AVX512               // AVX-512 F, BW, DQ and VL, 64-byte vectors
)

var levelNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512"}

// String returns the name that NABLA_ISA knows: "generic", "avx2" or "avx512".
func (l Level) String() string { return levelNames[l] }

// level is the choice, made once when the program starts. Only tests change it
// later.
var (
	level    Level
	levelErr error
)

func init() {
	level, levelErr = choose(os.Getenv("NABLA_ISA"), best())
	use(level)
}

// ISA returns the level in use: the best of the machine, or what the environment
// variable NABLA_ISA names.
func ISA() Level { return level }

// Err says why NABLA_ISA was not followed: it names no level, or one that this
// machine or this build lacks. The best level is in use then.
func Err() error { return levelErr }

// choose returns the named level, or the best one if there is no name or there
// is something wrong with it.
func choose(name string, best Level) (Level, error) {
	if name == "" {
		return best, nil
	}
	l := Level(slices.Index(levelNames[:], strings.ToLower(name)))
	switch {
	case l < 0:
		return best, fmt.Errorf("NABLA_ISA: unknown instruction set %q (have %s); using %v", name, strings.Join(levelNames[:], ", "), best)
	case l > best:
		return best, fmt.Errorf("NABLA_ISA: %v is not available here; using %v", l, best)
	}
	return l, nil
}
