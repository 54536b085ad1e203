package datasets

// Recipe is how the demo model of a data set is trained, in the words of the
// command line. The fields left empty follow from the data: the loss and the
// output layer from the task.
//
// The recipes were chosen on a validation part, a fifth of the training rows:
// test rows took no part in it.
type Recipe struct {
	Layers       string  // hidden layers, "16:relu,dropout:0.2,16:relu", or "none"
	Loss         string  // "" is cross-entropy for classes, mse for numbers
	Optimizer    string  // "adam"
	Options      string  // of the optimizer, "momentum=0.9"
	LearningRate float64 // of the first step
	Schedule     string  // "" is a constant learning rate
	Batch        int     // rows; 0 is all of them
	Epochs       int
	WeightDecay  float64
	Init         string // "" is glorot-uniform
}
