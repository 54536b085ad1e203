// Package names looks rows of tables up by their names and words the error for a
// name that no table has.
package names
