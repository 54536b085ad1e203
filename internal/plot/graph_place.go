package plot

import (
	"math"
	"slices"
)

// Sizes of a drawing, in pixels.
const (
	graphText    = 13.0 // letters of values
	graphSmall   = 11.0 // letters of formulas and labels
	graphLine    = 18.0 // a line of a box
	graphPad     = 10.0 // inside a box, on both sides
	graphApart   = 26.0 // between things on a rank
	graphMargin  = 20.0
	graphPair    = 3.5  // a way and the way back are this far from their middle
	graphPort    = 22.0 // between links that leave a box
	graphGap     = 16.0 // between ranks, at least
	graphKeyLine = 17.0
)

var (
	nameLetters  = letters{size: graphText, bold: true}
	valueLetters = letters{size: graphText}
	smallLetters = letters{size: graphSmall}
	titleLetters = letters{size: 16, bold: true}
	keyLetters   = letters{size: 12}
)

// cellWidths are the widths of the two lower cells of a box.
func (b Node) cellWidths() (value, gradient float64) {
	if b.Value != "" {
		value = valueLetters.width(b.Value) + 2*graphPad
	}
	if b.Gradient != "" {
		gradient = valueLetters.width(b.Gradient) + 2*graphPad
	}
	return value, gradient
}

// size is how large a box is drawn, given how many links leave and reach it.
func (b Node) size(ports int) (w, h float64) {
	value, gradient := b.cellWidths()
	if value > 0 && gradient > 0 {
		value = 2 * math.Max(value, gradient) // cells of equal width
		gradient = 0
	}
	w = max(nameLetters.width(b.Name)+2*graphPad, smallLetters.width(b.Formula)+2*graphPad, value+gradient, 56, float64(ports)*graphPort+8)
	h = graphLine + 4
	if b.Formula != "" {
		h += graphLine - 3
	}
	if b.Value != "" || b.Gradient != "" {
		h += graphLine + 3
	}
	return math.Ceil(w), h
}

// layout is a graph with all its places.
type layout struct {
	*layers
	width, height float64
	top, bottom   []float64 // of each rank
}

// lay finds the places of everything.
func (g Graph) lay() (*layout, error) {
	rank, err := g.ranks()
	if err != nil {
		return nil, err
	}
	ends, err := g.ends()
	if err != nil {
		return nil, err
	}
	l := &layout{layers: g.cut(rank, ends)}
	l.uncross()
	for i := range l.elements {
		e := &l.elements[i]
		switch {
		case e.box >= 0:
			w, h := g.Nodes[e.box].size(max(len(l.above[i]), len(l.below[i])))
			e.left, e.right, e.height = w/2, w/2, h
		case e.label != "":
			e.left, e.right, e.height = graphPair+2, graphPair+7+smallLetters.width(e.label), graphSmall+5
		default:
			e.left, e.right = graphPair+2, graphPair+2
		}
	}
	l.ports()
	l.across()
	l.down()
	return l, nil
}

// ports spreads the ends of the links of a box over its side, in the order of what
// is at their other ends.
func (l *layout) ports() {
	place := l.places()
	for e := range l.elements {
		if l.elements[e].box < 0 {
			continue
		}
		below, above := slices.Clone(l.below[e]), slices.Clone(l.above[e])
		slices.SortStableFunc(below, func(a, b int) int { return place[l.segments[a].to] - place[l.segments[b].to] })
		slices.SortStableFunc(above, func(a, b int) int { return place[l.segments[a].from] - place[l.segments[b].from] })
		room := l.elements[e].right
		for k, s := range below {
			l.segments[s].out = port(k, len(below), room)
		}
		for k, s := range above {
			l.segments[s].in = port(k, len(above), room)
		}
	}
}

// port is the k-th of n places on a side of a box, from its middle.
func port(k, n int, room float64) float64 {
	apart := math.Max(graphPort, 2*room/float64(n+1))
	return (float64(k) - float64(n-1)/2) * math.Min(apart, 2*room/float64(n))
}

// rounds is how often all ranks are moved, half of them for squares.
const rounds = 600

// across finds the x of all elements: it minimises the horizontal ways of all links,
// with the elements of a rank kept in their order and apart. First their weighted
// squares, which puts a box in the middle of its readers; then rather their lengths,
// by weights that are divided by the length of the round before, which leaves a link
// one turn in place of many slight ones. The first problem is convex; rank after rank
// is solved exactly.
func (l *layout) across() {
	for _, rank := range l.ranks {
		at := 0.0
		for k, e := range rank {
			if k > 0 {
				at += l.apart(rank[k-1], e)
			}
			l.elements[e].x = at
		}
	}
	for round := range rounds {
		for i := range l.ranks {
			r := i
			if round%2 == 1 {
				r = len(l.ranks) - 1 - i
			}
			l.settle(l.ranks[r], round >= rounds/2)
		}
	}
	l.straighten()
	left, right := math.Inf(1), math.Inf(-1)
	for _, e := range l.elements {
		left, right = math.Min(left, e.x-e.left), math.Max(right, e.x+e.right)
	}
	for i := range l.elements {
		e := &l.elements[i]
		e.x = math.Round(2*(e.x-left+graphMargin)) / 2
	}
	l.width = right - left + 2*graphMargin
}

// straighten puts the places that a link passes onto one line where their neighbours
// leave room for it: the rounds bring them there slowly.
func (l *layout) straighten() {
	place := l.places()
	passes := map[int][]int{}
	for i, e := range l.elements {
		if e.box < 0 {
			passes[e.link] = append(passes[e.link], i)
		}
	}
	for link := range len(passes) {
		chain := passes[link]
		xs := make([]float64, len(chain))
		for k, i := range chain {
			xs[k] = l.elements[i].x
		}
		slices.Sort(xs)
		for _, x := range []float64{xs[len(xs)/2], xs[0], xs[len(xs)-1]} {
			if l.passable(chain, place, x) {
				for _, i := range chain {
					l.elements[i].x = x
				}
				break
			}
		}
	}
}

// passable reports whether elements of different ranks can all stand at x.
func (l *layout) passable(chain, place []int, x float64) bool {
	for _, i := range chain {
		rank, k := l.ranks[l.elements[i].rank], place[i]
		if k > 0 && l.elements[rank[k-1]].x+l.apart(rank[k-1], i) > x ||
			k < len(rank)-1 && x+l.apart(i, rank[k+1]) > l.elements[rank[k+1]].x {
			return false
		}
	}
	return true
}

// apart is the least distance of two neighbours.
func (l *layout) apart(a, b int) float64 {
	gap := graphApart
	if l.elements[a].box < 0 || l.elements[b].box < 0 {
		gap = graphApart / 2
	}
	return l.elements[a].right + gap + l.elements[b].left
}

// settle moves the elements of a rank to where they want to be, as far as their
// order allows: neighbours that would overlap are joined and share a place (the
// pool-adjacent-violators algorithm; M. Ayer et al., 1955).
func (l *layout) settle(rank []int, lengths bool) {
	type pool struct{ sum, weight, first float64 }
	var pools []pool
	var members []int
	offset := make([]float64, len(rank))
	for k, e := range rank {
		if k > 0 {
			offset[k] = offset[k-1] + l.apart(rank[k-1], e)
		}
		want, weight := l.wish(e, lengths)
		pools, members = append(pools, pool{(want - offset[k]) * weight, weight, 0}), append(members, 1)
		for n := len(pools) - 1; n > 0 && pools[n-1].sum/pools[n-1].weight > pools[n].sum/pools[n].weight; n-- {
			pools[n-1].sum += pools[n].sum
			pools[n-1].weight += pools[n].weight
			members[n-1] += members[n]
			pools, members = pools[:n], members[:n]
		}
	}
	k := 0
	for n, p := range pools {
		for range members[n] {
			l.elements[rank[k]].x = p.sum/p.weight + offset[k]
			k++
		}
	}
}

// wish is where the links of an element pull it, and how strongly.
func (l *layout) wish(e int, lengths bool) (x, weight float64) {
	sum := 0.0
	at := l.elements[e].x
	pull := func(to, w float64) {
		if lengths {
			w /= math.Max(math.Abs(to-at), 1)
		}
		sum += w * to
		weight += w
	}
	for _, s := range l.above[e] {
		seg := l.segments[s]
		pull(l.elements[seg.from].x+seg.out-seg.in, seg.weight)
	}
	for _, s := range l.below[e] {
		seg := l.segments[s]
		pull(l.elements[seg.to].x+seg.in-seg.out, seg.weight)
	}
	if weight == 0 {
		return at, 1e-3
	}
	return sum / weight, weight
}

// down finds the y of all ranks. Where links go far to the side the gap is larger,
// so that they never run flat.
func (l *layout) down() {
	y := graphMargin
	l.top, l.bottom = make([]float64, len(l.ranks)), make([]float64, len(l.ranks))
	for r, rank := range l.ranks {
		height, far := 0.0, 0.0
		for _, e := range rank {
			height = math.Max(height, l.elements[e].height)
			for _, s := range l.above[e] {
				seg := l.segments[s]
				far = math.Max(far, math.Abs(l.elements[seg.from].x+seg.out-l.elements[e].x-seg.in))
			}
		}
		if r > 0 {
			y += math.Round(graphGap + math.Min(far*0.16, 60))
		}
		l.top[r], l.bottom[r] = y, y+height
		for _, e := range rank {
			l.elements[e].y = y + height/2
		}
		y += height
	}
	l.height = y + graphMargin
}
