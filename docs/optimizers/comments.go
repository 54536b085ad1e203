package main

import (
	"errors"
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// readDocs returns the doc comments of the types of train/optimizers as Markdown.
func readDocs(root string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(root, "train", "optimizers", "*.go"))
	if err != nil {
		return nil, err
	}
	docs := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range parsed.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE && g.Doc != nil {
				docs[g.Specs[0].(*ast.TypeSpec).Name.Name] = markdown(g.Doc.Text())
			}
		}
	}
	if len(docs) == 0 {
		return nil, errors.New("no doc comments below train/optimizers: run at the root of the repository")
	}
	return docs, nil
}

// markdown turns a doc comment into Markdown whose formulas are blocks of text.
func markdown(text string) string {
	var p comment.Parser
	parsed := p.Parse(text)
	var out strings.Builder
	for _, b := range parsed.Content {
		if code, ok := b.(*comment.Code); ok {
			out.WriteString("```text\n" + strings.TrimRight(code.Text, "\n") + "\n```\n\n")
			continue
		}
		printer := comment.Printer{}
		out.Write(printer.Markdown(&comment.Doc{Content: []comment.Block{b}}))
		out.WriteString("\n")
	}
	return strings.TrimSpace(out.String()) + "\n"
}
