package train_test

import (
	"bytes"
	"testing"

	"nabla/datasets"
	"nabla/layers"
	"nabla/losses"
	"nabla/nn"
	"nabla/train"
)

// TestLinksOfLosses: a loss of the library is written with its own link, and
// with another one only where it has none and the outputs are single numbers.
func TestLinksOfLosses(t *testing.T) {
	all := []losses.Link{losses.Identity, losses.Softmax, losses.Sigmoid, losses.Exp}
	cases := 0
	for _, loss := range losses.All() {
		for _, link := range all {
			cases++
			own := loss.Link.String()
			fits := link.String() == own || own == losses.Identity.String() && link.String() != losses.Softmax.String()
			changed := loss
			changed.Link = link
			data := plane(t, 8, 1)
			schema := datasets.SchemaOf(data)
			schema.Classes = []string{"a", "b"} // which every loss takes
			net := network(t, nn.Config{Seed: 1, Input: data.Shape}, layers.Dense{Units: 2})
			err := (&train.Model{Network: net, Loss: changed, Schema: schema}).Save(&bytes.Buffer{})
			if fits != (err == nil) {
				t.Errorf("%s with %s: %v", loss.Name, link, err)
			}
			if !fits {
				checkErrorOf(t, loss.Name+" with "+link.String(), err, "link "+link.String()+" does not go with loss "+loss.Name)
			}
		}
	}
	t.Logf("%d pairs of a loss and a link", cases)
}
