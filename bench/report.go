package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// report is all that was measured.
type report struct {
	machine machine
	peers   []*peer
	rounds  int
	roof    roof
	rows    []*row
	whole   process
	shares  []product
	beside  []besideBusy
	growths []growth
	allocs  *allocations // nil when they were not measured
}

// markdown writes the tables that have something in them.
func (r *report) markdown() string {
	var b strings.Builder
	r.writeMachine(&b)
	r.writeDemands(&b)
	r.writeTimes(&b)
	r.writeProducts(&b)
	r.writeGrowth(&b)
	return b.String()
}

// table writes rows of cells; the first is the head, and all columns but the first
// are numbers.
func table(b *strings.Builder, rows [][]string) {
	for i, row := range rows {
		fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
		if i == 0 {
			fmt.Fprintf(b, "|---|%s\n", strings.Repeat("--:|", len(row)-1))
		}
	}
	b.WriteString("\n")
}

// digits writes a positive number with three digits, or all before the point; what
// was not measured is a dash.
func digits(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	places := 0
	for least := 100.0; v < least && places < 4; least /= 10 {
		places++
	}
	return fmt.Sprintf("%.*f", places, v)
}

func (r *report) writeMachine(b *strings.Builder) {
	m := r.machine
	fmt.Fprintf(b, "Measured on %s, nabla at %s, medians of %d rounds.\n\n", m.date, m.revision, r.rounds)
	sizes := make([]string, len(m.caches))
	for i, c := range m.caches {
		sizes[i] = c.name + " " + size(c.bytes)
	}
	fmt.Fprintf(b, "- Machine: %s, %d cores, %s; %s; %s kernels.\n", m.model, m.cores, strings.Join(sizes, ", "), m.system, m.isa)
	versions := []string{"Go " + strings.TrimPrefix(m.goText, "go")}
	for _, p := range r.peers {
		versions = append(versions, p.name+" "+p.version)
	}
	fmt.Fprintf(b, "- Versions: %s.\n\n", strings.Join(versions, ", "))
	if r.roof.peaks == nil {
		return
	}
	b.WriteString("### Roofline\n\n")
	peaks := [][]string{{"Multiply-adds in registers, GFLOPS", "1 core", "2 cores", "ratio"}}
	for _, dtype := range []string{"float32", "float64"} {
		one, two := r.roof.peak(dtype, 1), r.roof.peak(dtype, 2)
		peaks = append(peaks, []string{dtype, digits(one), digits(two), digits(two / one)})
	}
	table(b, peaks)
	traffic := [][]string{{"Traffic (read and written), GB/s", "through", "1 core", "2 cores"}}
	for _, l := range r.roof.levels {
		traffic = append(traffic, []string{l.name, size(l.bytes), digits(l.one), digits(l.two)})
	}
	if len(traffic) > 1 {
		table(b, traffic)
	}
}

// writeTimes lists the microseconds by section, and in brackets by what factor the
// others are slower.
func (r *report) writeTimes(b *strings.Builder) {
	for i := 0; i < len(r.rows); {
		section := r.rows[i].section
		unit := "µs per step"
		if section == epochs {
			unit = "µs per epoch"
		}
		fmt.Fprintf(b, "### %s: %s\n\n", section, unit)
		lines := [][]string{{"Net", "nabla"}}
		var columns []string
		for _, p := range r.peers {
			if slices.Contains(r.rows[i].others, p.name) {
				columns = append(columns, p.name)
			}
		}
		lines[0] = append(lines[0], columns...)
		for ; i < len(r.rows) && r.rows[i].section == section; i++ {
			row := r.rows[i]
			line := []string{row.name, digits(row.median(""))}
			for _, name := range columns {
				cell := digits(row.median(name))
				if cell != "–" {
					cell += fmt.Sprintf(" (%s×)", digits(row.ratio(name)))
				}
				line = append(line, cell)
			}
			lines = append(lines, line)
		}
		table(b, lines)
	}
}

func (r *report) writeProducts(b *strings.Builder) {
	if len(r.shares) == 0 {
		return
	}
	b.WriteString("### Matrix products of the hidden layers: share of the peak\n\n")
	lines := [][]string{{"m × n × k", "kind", "type"}}
	var levels []string
	cells := map[string]int{} // the line of a product
	for _, p := range r.shares {
		if !slices.Contains(levels, p.ISA) {
			levels = append(levels, p.ISA)
			lines[0] = append(lines[0], p.ISA)
		}
		key := fmt.Sprintf("%d × %d × %d", p.M, p.N, p.K)
		at, ok := cells[key+p.Kind+p.DType]
		if !ok {
			at = len(lines)
			cells[key+p.Kind+p.DType] = at
			lines = append(lines, []string{key, p.Kind, p.DType})
		}
		lines[at] = append(lines[at], fmt.Sprintf("%.0f %%", 100*p.Share))
	}
	table(b, lines)
}

func (r *report) writeGrowth(b *strings.Builder) {
	if len(r.growths) == 0 {
		return
	}
	b.WriteString("### Growth\n\n![Time of a row over batch, width and depth](images/growth.svg)\n\n")
	for _, g := range r.growths {
		head, times, rates, through := []string{g.about + ": " + g.name}, []string{"µs per row"}, []string{"GFLOPS"}, []string{"a step goes through"}
		for _, p := range g.points {
			head = append(head, fmt.Sprint(p.size))
			times, rates, through = append(times, digits(p.micros)), append(rates, digits(p.gflops)), append(through, size(p.bytes))
		}
		table(b, [][]string{head, times, rates, through})
	}
	for _, g := range r.growths {
		for _, c := range r.machine.caches {
			if at, ok := g.outgrows(c.bytes); ok {
				fmt.Fprintf(b, "- %s: a step goes through more than %s (%s) from %s %.0f on.\n", g.about, c.name, size(c.bytes), g.name, at)
			}
		}
	}
	b.WriteString("\n")
}

// The lines between which the figures stand.
const (
	begin = "<!-- figures: written by bench, do not edit -->\n"
	end   = "<!-- end of figures -->\n"
)

// write replaces the figures of performance.md and draws the picture.
func (r *report) write(folder, text string) error {
	path := filepath.Join(folder, "performance.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, found := strings.Cut(string(page), begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return fmt.Errorf("%s: the lines %q and %q are not there", path, begin, end)
	}
	if err := os.WriteFile(path, []byte(before+begin+"\n"+text+end+after), 0o666); err != nil {
		return err
	}
	return r.draw(filepath.Join(folder, "images"))
}
