package kernel

// Pool is cores that share the work of large products. A nil *Pool is one core.
type Pool struct {
	threads int
}

// NewPool returns a pool of so many threads, the caller's being one of them; nil
// if threads is at most 1.
func NewPool(threads int) *Pool {
	if threads <= 1 {
		return nil
	}
	return &Pool{threads: threads}
}
