// Package names looks rows of tables up by their names, words the error for a
// name that no table has, and makes names out of files safe to show.
package names
