package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker in a release: -ldflags "-X main.version=1.2.3".
var version string

// programVersion is the version of the release, of the module, or devel.
func programVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// libraries are the modules whose versions matter for results.
var libraries = []string{"gorgonia.org/gorgonia", "gorgonia.org/tensor"}

// versionCommand prints what a report of an error should name.
func versionCommand(c *console) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of nabla, Go and gorgonia",
		Example: "  nabla version\n  nabla version --json",
		Args:    arguments(),
		RunE: func(*cobra.Command, []string) error {
			v := struct {
				Version   string            `json:"version"`
				Go        string            `json:"go"`
				OS        string            `json:"os"`
				Arch      string            `json:"arch"`
				Libraries map[string]string `json:"libraries"`
			}{programVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH, libraryVersions()}
			if c.json {
				return c.writeJSON(v)
			}
			fmt.Fprintf(c.out, "nabla %s\n%s %s/%s\n", v.Version, v.Go, v.OS, v.Arch)
			for _, path := range libraries {
				fmt.Fprintf(c.out, "%s %s\n", path, v.Libraries[path])
			}
			return nil
		},
	}
}

// libraryVersions reads the versions that the program was built with.
func libraryVersions() map[string]string {
	versions := map[string]string{}
	for _, path := range libraries {
		versions[path] = "unknown"
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return versions
	}
	for _, m := range info.Deps {
		if _, wanted := versions[m.Path]; wanted {
			versions[m.Path] = m.Version
		}
	}
	return versions
}
