package plot

import (
	"slices"
	"sort"
)

// element is what takes up room on a rank: a box, or the place where a link passes,
// which has a label at one of its ranks.
type element struct {
	box         int // −1 for a link
	link        int
	rank        int
	label       string
	left, right float64 // room on both sides of its x
	height      float64
	x, y        float64 // y of its middle
}

// piece of a link between elements of neighbouring ranks.
type segment struct {
	link           int
	from, to       int     // elements, from above to
	out, in        float64 // where it leaves and arrives, from the x of the elements
	weight         float64
	fromBox, toBox bool
}

// layers is a graph with its links cut at every rank. Boxes stand on even ranks,
// labels on odd ones, so that no label is ever in the way of a box.
type layers struct {
	elements []element
	segments []segment
	ranks    [][]int // elements from left to right
	above    [][]int // segments that arrive at an element
	below    [][]int // segments that leave it
}

// cut makes the layers of a graph: at every rank between its ends a link has an
// element of its own.
func (g Graph) cut(rank []int, ends [][2]int) *layers {
	l := &layers{}
	deepest := slices.Max(rank)
	l.ranks = make([][]int, 2*deepest+1)
	for i := range g.Nodes {
		l.add(element{box: i, link: -1, rank: 2 * rank[i]})
	}
	for k, e := range ends {
		top, bottom := 2*rank[e[0]], 2*rank[e[1]]
		middle := (top + bottom) / 2
		middle += 1 - middle%2
		last := e[0]
		for r := top + 1; r < bottom; r++ {
			el := element{box: -1, link: k, rank: r}
			if r == middle {
				el.label = g.Links[k].Label
			}
			next := l.add(el)
			l.segments = append(l.segments, segment{link: k, from: last, to: next})
			last = next
		}
		l.segments = append(l.segments, segment{link: k, from: last, to: e[1]})
	}
	l.above, l.below = make([][]int, len(l.elements)), make([][]int, len(l.elements))
	for s := range l.segments {
		seg := &l.segments[s]
		seg.fromBox, seg.toBox = l.elements[seg.from].box >= 0, l.elements[seg.to].box >= 0
		// Long links should be straight (E. Gansner et al., A technique for drawing
		// directed graphs, 1993), and what leaves a box should not turn before its
		// label.
		seg.weight = 8
		if seg.toBox {
			seg.weight = 1
		}
		l.below[seg.from] = append(l.below[seg.from], s)
		l.above[seg.to] = append(l.above[seg.to], s)
	}
	return l
}

func (l *layers) add(e element) int {
	l.elements = append(l.elements, e)
	n := len(l.elements) - 1
	l.ranks[e.rank] = append(l.ranks[e.rank], n)
	return n
}

// sweeps is how often the ranks are gone through, down and up.
const sweeps = 24

// uncross orders the elements of all ranks so that few links cross: by the mean
// place of their neighbours, rank after rank (K. Sugiyama et al., Methods for visual
// understanding of hierarchical system structures, 1981), then by exchanges of two
// that stand side by side. The best order that was met is kept.
func (l *layers) uncross() {
	best, fewest := l.copyRanks(), l.crossings()
	starts := [][][]int{l.copyRanks(), l.depthFirst(false), l.depthFirst(true)}
	for _, start := range starts {
		l.ranks = start
		for sweep := range sweeps {
			if n := l.crossings(); n < fewest {
				best, fewest = l.copyRanks(), n
			}
			if fewest == 0 {
				break
			}
			l.sweep(sweep%2 == 0, sweep%4 >= 2)
			l.exchange()
		}
		if n := l.crossings(); n < fewest {
			best, fewest = l.copyRanks(), n
		}
	}
	l.ranks = best
}

func (l *layers) copyRanks() [][]int {
	ranks := make([][]int, len(l.ranks))
	for r := range ranks {
		ranks[r] = slices.Clone(l.ranks[r])
	}
	return ranks
}

// depthFirst is an order in which elements stand as a walk from the lowest, or
// highest, rank meets them.
func (l *layers) depthFirst(down bool) [][]int {
	ranks := make([][]int, len(l.ranks))
	seen := make([]bool, len(l.elements))
	var visit func(e int)
	visit = func(e int) {
		if seen[e] {
			return
		}
		seen[e] = true
		r := l.elements[e].rank
		ranks[r] = append(ranks[r], e)
		if down {
			for _, s := range l.below[e] {
				visit(l.segments[s].to)
			}
		}
		for _, s := range l.above[e] {
			visit(l.segments[s].from)
		}
		if !down {
			for _, s := range l.below[e] {
				visit(l.segments[s].to)
			}
		}
	}
	for i := range l.ranks {
		r := len(l.ranks) - 1 - i
		if down {
			r = i
		}
		for _, e := range l.ranks[r] {
			visit(e)
		}
	}
	return ranks
}

// sweep sorts each rank by the mean place of the neighbours on the rank before it;
// reversed lets equal ones change places.
func (l *layers) sweep(down, reversed bool) {
	place := l.places()
	for i := range l.ranks {
		r, near := i, l.above
		if !down {
			r, near = len(l.ranks)-1-i, l.below
		}
		rank := l.ranks[r]
		mean := map[int]float64{}
		for k, e := range rank {
			mean[e] = float64(k)
			if len(near[e]) == 0 {
				continue
			}
			sum := 0.0
			for _, s := range near[e] {
				other := l.segments[s].from
				if !down {
					other = l.segments[s].to
				}
				sum += float64(place[other])
			}
			mean[e] = sum / float64(len(near[e]))
		}
		if reversed {
			slices.Reverse(rank)
		}
		sort.SliceStable(rank, func(a, b int) bool { return mean[rank[a]] < mean[rank[b]] })
		for k, e := range rank {
			place[e] = k
		}
	}
}

// places are the numbers of the elements on their ranks.
func (l *layers) places() []int {
	place := make([]int, len(l.elements))
	for _, rank := range l.ranks {
		for k, e := range rank {
			place[e] = k
		}
	}
	return place
}

// exchange lets neighbours change places as long as crossings go away.
func (l *layers) exchange() {
	place := l.places()
	for better, round := true, 0; better && round < 20; round++ {
		better = false
		for _, rank := range l.ranks {
			for k := 1; k < len(rank); k++ {
				a, b := rank[k-1], rank[k]
				if l.between(a, b, place) > l.between(b, a, place) {
					rank[k-1], rank[k] = b, a
					place[a], place[b] = k, k-1
					better = true
				}
			}
		}
	}
}

// between counts the crossings of the links of a and b when a stands left of b.
func (l *layers) between(a, b int, place []int) (n int) {
	for _, s := range l.above[a] {
		for _, t := range l.above[b] {
			if place[l.segments[s].from] > place[l.segments[t].from] {
				n++
			}
		}
	}
	for _, s := range l.below[a] {
		for _, t := range l.below[b] {
			if place[l.segments[s].to] > place[l.segments[t].to] {
				n++
			}
		}
	}
	return n
}

// crossings counts all crossings.
func (l *layers) crossings() (n int) {
	place := l.places()
	for _, rank := range l.ranks {
		for k, b := range rank {
			for _, a := range rank[:k] {
				for _, s := range l.below[a] {
					for _, t := range l.below[b] {
						if place[l.segments[s].to] > place[l.segments[t].to] {
							n++
						}
					}
				}
			}
		}
	}
	return n
}
