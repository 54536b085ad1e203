package arch

import (
	"go/ast"
	"strings"
)

// machines returns the virtual machines of gorgonia that a file names in code.
func machines(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if ok && (strings.Contains(s.Sel.Name, "TapeMachine") || strings.Contains(s.Sel.Name, "LispMachine")) {
			found = append(found, s.Sel.Name)
		}
		return true
	})
	return found
}
