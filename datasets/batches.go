package datasets

import (
	"iter"
	"math/bits"
	"math/rand/v2"
)

// Purposes of the random streams of this package. A stream is PCG seeded by the
// run's seed and by purpose and epoch, so no purpose disturbs another.
const (
	shuffleStream uint64 = 0x73687566666c65
	splitStream   uint64 = 0x73706c6974
	holdoutStream uint64 = 0x686f6c646f7574
)

// Order returns the order in which an epoch visits n rows: a permutation of
// 0..n-1 that depends on seed and epoch alone, so that a resumed run finds its
// place without having walked there.
func Order(n int, seed uint64, epoch int) []int {
	order := make([]int, max(n, 0))
	Shuffle(order, seed, epoch)
	return order
}

// Shuffle fills order with what Order(len(order), seed, epoch) returns. It
// allocates nothing.
func Shuffle(order []int, seed uint64, epoch int) {
	for i := range order {
		order[i] = i
	}
	permute(order, seed, shuffleStream, uint64(epoch))
}

// permute shuffles values in place (Fisher and Yates, Durstenfeld's form) by
// the PCG stream of seed, purpose and part.
func permute(values []int, seed, purpose, part uint64) {
	mixed := splitMix(purpose + part)
	var pcg rand.PCG
	pcg.Seed(seed, mixed.next())
	for i := len(values) - 1; i > 0; i-- {
		j := below(&pcg, uint64(i)+1)
		values[i], values[j] = values[j], values[i]
	}
}

// below draws from 0..n-1 without bias (Lemire, "Fast Random Integer Generation
// in an Interval", 2019). rand.Rand does the same, but costs two allocations.
func below(pcg *rand.PCG, n uint64) uint64 {
	hi, lo := bits.Mul64(pcg.Uint64(), n)
	if lo < n {
		for reject := -n % n; lo < reject; {
			hi, lo = bits.Mul64(pcg.Uint64(), n)
		}
	}
	return hi
}

// Batches yields order in pieces of size rows; the last may be shorter, and
// dropLast leaves such a short one out. Size 0 is one batch of everything. The
// pieces are parts of order: read them, do not keep or change them.
func Batches(order []int, size int, dropLast bool) iter.Seq[[]int] {
	if size <= 0 {
		size = max(len(order), 1)
	}
	return func(yield func([]int) bool) {
		for from := 0; from < len(order); from += size {
			to := min(from+size, len(order))
			if dropLast && to-from < size {
				return
			}
			if !yield(order[from:to:to]) {
				return
			}
		}
	}
}
