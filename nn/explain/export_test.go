package explain

// Describe is describe, for tests from outside.
var Describe = describe
