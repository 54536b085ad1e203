package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rows are the packages from top to bottom. A package may import any package of
// a row below its own.
var rows = [][]string{
	{"cmd/nabla", "docs/optimizers"},
	{"internal/lesson"},
	{"train/compare", "train/landscape"},
	{"train"},
	{"layers", "nn/gradcheck", "nn/explain", "nn/export", "train/optimizers", "train/schedules", "train/metrics", "train/diagnose"},
	{"nn", "nn/autodiff", "activations", "losses", "datasets", "train/optimizers/testfuncs"},
	{"internal/exec", "internal/plot", "internal/calculus"},
	{"internal/op"},
	{"internal/kernel", "internal/kernel/gen", "internal/names", "internal/files"},
}

// plain are the packages that know slices only: neither gorgonia nor networks.
var (
	plain  = []string{"datasets", "train/optimizers", "train/optimizers/testfuncs", "train/schedules", "train/metrics", "train/diagnose", "internal/kernel", "internal/kernel/gen", "internal/names", "internal/files", "internal/plot", "internal/calculus"}
	graphs = []string{"nn", "nn/autodiff", "nn/gradcheck", "nn/explain", "nn/export", "layers", "activations", "losses", "internal/op", "internal/exec"}
	// only are packages with a single kind of importer besides commands.
	only = map[string][]string{
		"train/schedules": {"train", "train/compare"}, "train/metrics": {"train", "train/compare"}, "train/diagnose": {"train", "train/landscape", "internal/lesson"}, "train/optimizers": {"train", "train/compare", "internal/lesson"},
	}
)

// local stands before the folder of a package of the module.
const local = "./"

// module returns the module's path, which go.mod says.
func module(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "module" {
			return fields[1]
		}
	}
	t.Fatal("go.mod names no module")
	return ""
}

// imports returns the imports of each package of the module, without those of
// its tests. Packages of the module go by local and their folders, "./nn/autodiff".
func imports(t *testing.T) map[string][]string {
	t.Helper()
	found, prefix, inner := map[string][]string{}, module(t)+"/", 0
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || d.Name() == "tools" || d.Name() == "bench") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		pkg := filepath.ToSlash(rel)
		for _, i := range parsed.Imports {
			to, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			if folder, ours := strings.CutPrefix(to, prefix); ours {
				to = local + folder
				inner++
			}
			found[pkg] = append(found[pkg], to)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if inner == 0 {
		t.Fatalf("no package imports another one of %s", prefix)
	}
	return found
}

func rowOf(pkg string) int {
	return slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, pkg) })
}

// Imports go downwards.
func TestImportsGoDownwards(t *testing.T) {
	for pkg, list := range imports(t) {
		if pkg == "internal/arch" || pkg == "internal/reference" {
			continue // tests only
		}
		from := rowOf(pkg)
		if from < 0 {
			t.Errorf("%s is not in the plan: add it to rows and to docs/architecture.md", pkg)
			continue
		}
		for _, to := range list {
			inner, ours := strings.CutPrefix(to, local)
			if !ours {
				continue
			}
			switch row := rowOf(inner); {
			case inner == "internal/reference" || inner == "internal/arch":
				t.Errorf("%s imports %s, which is for tests", pkg, inner)
			case row < 0:
				t.Errorf("%s imports %s, which is not in the plan", pkg, inner)
			case row == from:
				t.Errorf("%s imports %s of its own row", pkg, inner)
			case row < from:
				t.Errorf("%s imports %s, which is above it", pkg, inner)
			}
		}
	}
}

// The plan has no package that is not there, and the map shows all of it.
func TestPlanIsDrawn(t *testing.T) {
	all := imports(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range slices.Concat(rows...) {
		if _, ok := all[pkg]; !ok {
			t.Errorf("%s is in the plan, but has no code", pkg)
		}
		if !strings.Contains(string(text), pkg) {
			t.Errorf("docs/architecture.md does not show %s", pkg)
		}
	}
}

// Packages of plain slices know nothing of graphs.
func TestPlainPackagesKnowNoGraphs(t *testing.T) {
	all := imports(t)
	for _, pkg := range plain {
		for _, to := range all[pkg] {
			if strings.HasPrefix(to, "gorgonia.org/") || slices.Contains(graphs, strings.TrimPrefix(to, local)) {
				t.Errorf("%s imports %s", pkg, to)
			}
		}
	}
}

// The parts of a training loop meet in package train and nowhere below.
func TestTheLoopIsInOnePlace(t *testing.T) {
	for pkg, list := range imports(t) {
		for _, to := range list {
			inner := strings.TrimPrefix(to, local)
			importers, limited := only[inner]
			if limited && rowOf(pkg) > 0 && !slices.Contains(importers, pkg) {
				t.Errorf("%s imports %s; only %v may", pkg, inner, importers)
			}
		}
	}
}

// Only internal/exec names a virtual machine of gorgonia.
func TestOneExecutor(t *testing.T) {
	err := filepath.WalkDir(filepath.Join("..", ".."), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		if strings.Contains(filepath.ToSlash(file), "internal/exec/") {
			return nil
		}
		for _, name := range machines(parsed) {
			t.Errorf("%s names %s", file, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
