package lesson_test

import (
	"fmt"
	"log"

	"nabla/internal/lesson"
)

// A gradient check passes a softmax over the wrong axis, whose derivative is right;
// looking at rows alone does not.
func Example() {
	bug, err := lesson.BugByName("wrong-axis")
	if err != nil {
		log.Fatal(err)
	}
	planted, twin, err := bug.Examine(lesson.Trial{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bug.Detector)
	fmt.Println(planted.Found, planted.Evidence)
	fmt.Println(twin.Found, twin.Evidence)
	// Output:
	// rows alone
	// true row 0 alone gives 1, among the others 0.09826
	// false 4 rows give the same alone and together
}
