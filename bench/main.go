// Command bench times nabla and other programs on the same work, in turns, and
// writes what it finds to docs/performance.md:
//
//	cd bench && go run . -out ../docs
//
// Programs that are not installed are left out: PyTorch and scikit-learn are
// looked for with -python. go-deep and GoMLX come with this folder's go.mod.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	var o options
	flag.StringVar(&o.out, "out", "", "`folder` with performance.md, whose figures are replaced, and images/; without it the tables are only printed")
	flag.IntVar(&o.rounds, "rounds", 9, "turns of each measurement")
	flag.StringVar(&o.python, "python", "/usr/bin/python3", "Python with torch and sklearn")
	only := flag.String("only", "", "`expression`: measure only what matches, such as 'one core|growth'; nothing is written then")
	serve := flag.String("serve", "", "be a peer that answers on standard output (for this program's own use)")
	flag.Parse()
	if *serve != "" {
		check(serveNamed(*serve, o.rounds))
		return
	}
	if flag.NArg() > 0 || o.rounds < 1 {
		flag.Usage()
		os.Exit(2)
	}
	var err error
	o.only, err = regexp.Compile(*only)
	check(err)
	if *only != "" {
		o.out = ""
	}
	check(run(o))
}

// options are the flags.
type options struct {
	out    string
	rounds int
	python string
	only   *regexp.Regexp
}

// wants reports whether a part is to be measured.
func (o options) wants(part string) bool { return o.only.MatchString(part) }

// check ends the program when something went wrong.
func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// run measures everything and writes the report.
func run(o options) error {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	us, err := buildNabla(filepath.Join(folder, "nabla"))
	if err != nil {
		return err
	}
	r := &report{machine: describeMachine(), rows: selected(rows(), o), rounds: o.rounds}
	if o.wants("processes") {
		log.Print("processes")
		if err := r.processes(us, o); err != nil { // before this process grows, see whole
			return err
		}
	}
	if len(r.rows) > 0 {
		r.peers = startPeers(o.python)
		defer stopPeers(r.peers)
	}
	for _, part := range []struct {
		name    string
		measure func(*nabla, options) error
	}{{"roofline", r.roofline}, {"comparison", r.compare}, {"allocations", r.allocation}, {"products", r.products}, {"busy", r.busy}, {"growth", r.growth}} {
		if part.name != "comparison" && !o.wants(part.name) {
			continue
		}
		log.Print(part.name)
		if err := part.measure(us, o); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	text := r.markdown()
	fmt.Print(text)
	if o.out == "" {
		return nil
	}
	return r.write(o.out, text)
}
