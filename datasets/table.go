package datasets

// Class names that do not stand in the files.
var (
	tenDigits = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	clothes   = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
		"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
)

// Licence texts and terms that several rows share.
const (
	sklearnLicence = "scikit-learn.BSD-3-Clause.txt"
	uciTerms       = "UCI repository, CC BY 4.0 (not verified, see PROVENANCE.md); distributed by scikit-learn under BSD-3-Clause"
	sklearnTerms   = "none stated by the authors; distributed by scikit-learn under BSD-3-Clause"
	generatedHere  = "generated; the formula stands in generate.go"
)

// table is the list of data sets; everything that names one ranges over it.
var table = []Entry{
	{
		Name: "iris", Title: "Iris flowers", About: "the classic first classification: three species by four lengths",
		Source: "R. A. Fisher, Annals of Eugenics 7(2), 1936", Licence: uciTerms, licence: sklearnLicence,
		Task: Classification, Options: Options{Targets: []string{"species"}},
		Recipe: Recipe{Layers: "16:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 16, Epochs: 60},
		origin: csvFile("iris.csv"),
	},
	{
		Name: "wine", Title: "Wine cultivars", About: "three cultivars by thirteen chemical measurements of very different scale",
		Source: "M. Forina et al., PARVUS, Genoa, 1988", Licence: uciTerms, licence: sklearnLicence,
		Task: Classification, Options: Options{Targets: []string{"cultivar"}},
		Recipe: Recipe{Layers: "16:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 16, Epochs: 40},
		origin: csvFile("wine.csv"),
	},
	{
		Name: "breast-cancer", Title: "Breast cancer Wisconsin (diagnostic)", About: "two classes by thirty measurements of cell nuclei",
		Source: "W. N. Street, W. H. Wolberg, O. L. Mangasarian, 1993", Licence: uciTerms, licence: sklearnLicence,
		Task: Classification, Options: Options{Targets: []string{"diagnosis"}},
		Recipe: Recipe{Layers: "16:relu", Optimizer: "adam", LearningRate: 0.003, Batch: 32, Epochs: 40, Init: "torch-uniform"},
		origin: csvFile("breast_cancer.csv"),
	},
	{
		Name: "penguins", Title: "Palmer penguins", About: "three species by four measurements, with missing values and text columns",
		Source: "K. B. Gorman, T. D. Williams, W. R. Fraser, PLoS ONE 9(3), 2014", Licence: "CC0 1.0",
		Task: Classification, Options: Options{Targets: []string{"species"}, Drop: []string{"island", "sex"}},
		Recipe: Recipe{Layers: "16:tanh", Optimizer: "sgd", Options: "momentum=0.9", LearningRate: 0.05, Batch: 16, Epochs: 40},
		origin: csvFile("penguins.csv"),
	},
	{
		Name: "digits", Title: "Handwritten digits, 8 x 8", About: "small images in ten classes, pixels 0 to 16",
		Source: "E. Alpaydin, C. Kaynak, 1998 (UCI Optical Recognition of Handwritten Digits, test part)", Licence: uciTerms, licence: sklearnLicence,
		Task: Classification,
		Options: Options{Targets: []string{"digit"}, Task: Classification, Shape: []int{8, 8},
			Scaling: Scaling{Method: Divided, By: 16}},
		Recipe: Recipe{Layers: "64:relu", Optimizer: "adam", LearningRate: 0.003, Batch: 32, Epochs: 30},
		origin: csvFile("digits.csv.gz"),
	},
	{
		Name: "diabetes", Title: "Diabetes progression", About: "regression where a straight line is hard to beat",
		Source: "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Annals of Statistics 32(2), 2004", Licence: sklearnTerms, licence: sklearnLicence,
		Task: Regression, Options: Options{Targets: []string{"progression"}},
		Recipe: Recipe{Layers: "16:tanh", Optimizer: "adam", LearningRate: 0.003, Batch: 32, Epochs: 30, Init: "torch-uniform"},
		origin: csvFile("diabetes.csv"),
	},
	{
		Name: "auto-mpg", Title: "Fuel consumption of cars", About: "regression with a text column, miles per gallon by the car's data",
		Source: "E. Ramos, D. Donoho, 1983 ASA Data Exposition; R. Quinlan, 1993", Licence: "distributed for educational and scientific purposes (StatLib); UCI repository, CC BY 4.0 (not verified, see PROVENANCE.md)",
		Task: Regression,
		Options: Options{Targets: []string{"mpg"}, Drop: []string{"name"},
			Encode: []Column{{Name: "origin", Categories: []string{"usa", "europe", "japan"}}}},
		Recipe: Recipe{Layers: "32:relu", Optimizer: "adam", LearningRate: 0.005, Batch: 32, Epochs: 80, Init: "torch-uniform"},
		origin: csvFile("auto_mpg.csv"),
	},
	{
		Name: "linnerud", Title: "Linnerud exercises", About: "twenty rows, three targets: body measurements by exercises",
		Source: "A. C. Linnerud; M. Tenenhaus, La regression PLS, 1998", Licence: sklearnTerms, licence: sklearnLicence,
		Task: Regression, Options: Options{Targets: []string{"weight", "waist", "pulse"}},
		Recipe: Recipe{Layers: "none", Optimizer: "adam", LearningRate: 0.02, Batch: 0, Epochs: 200},
		origin: csvFile("linnerud.csv"),
	},
	{
		Name: "fashion-mnist", Title: "Fashion-MNIST, 20,000 images", About: "images of clothes, 28 x 28 bytes in ten classes; a folder may hold the whole set",
		Source: "H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747, 2017", Licence: "MIT, copyright 2017 Zalando SE", licence: "fashion-mnist.MIT.txt",
		Task: Classification, Options: Options{Scaling: Scaling{Method: Divided, By: 255}},
		Recipe: Recipe{Layers: "128:relu", Optimizer: "adam", LearningRate: 0.001, Batch: 64, Epochs: 5},
		origin: imageFolder{path: "data/fashion_mnist", classes: clothes},
	},
	{
		Name: "co2", Title: "Carbon dioxide at Mauna Loa", About: "a monthly series with a trend and a season; name a target (co2_ppm) to regress on the other columns",
		Source: "C. D. Keeling et al., Scripps CO2 Program, 1958-2020", Licence: "CC BY 4.0",
		Options: Options{Drop: []string{"date"}},
		origin:  csvFile("co2_mauna_loa.csv"),
	},
	{
		Name: "names", Title: "First names", About: "8849 words for models of the next character; they are no table of numbers",
		Source: "G. Ward, Moby Word II, Project Gutenberg 3201, 2002", Licence: "PDDL 1.0 and CC0 1.0", licence: "names.PDDL-1.0-and-CC0-1.0.txt",
		origin: firstNames,
	},
	{
		Name: "xor", Title: "Exclusive or", About: "the four points that no straight line parts",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Split: &Split{}, Options: Options{Targets: []string{"xor"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "4:tanh", Optimizer: "adam", LearningRate: 0.05, Batch: 0, Epochs: 500},
		Samples: 4,
		origin:  generator{draw: drawXOR, features: plane, classes: []string{"0", "1"}, fixed: true},
	},
	{
		Name: "noisy-xor", Title: "Exclusive or with noise", About: "four clouds, two classes crosswise",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"xor"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "8:tanh", Optimizer: "adam", LearningRate: 0.02, Batch: 32, Epochs: 60},
		Samples: 400, Noise: 0.4, DataSeed: 4,
		origin: generator{draw: drawNoisyXOR, features: plane, classes: []string{"0", "1"}},
	},
	{
		Name: "moons", Title: "Two moons", About: "two half circles that reach into each other",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"moon"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "16:tanh,16:tanh", Optimizer: "adam", LearningRate: 0.01, Batch: 32, Epochs: 60},
		Samples: 400, Noise: 0.2, DataSeed: 1,
		origin: generator{draw: drawMoons, features: plane, classes: []string{"upper", "lower"}},
	},
	{
		Name: "circles", Title: "Two circles", About: "a circle within a circle",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"circle"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "16:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 32, Epochs: 60},
		Samples: 400, Noise: 0.1, DataSeed: 2,
		origin: generator{draw: drawCircles, features: plane, classes: []string{"outer", "inner"}},
	},
	{
		Name: "spirals", Title: "Three spirals", About: "three arms wound into each other, hard for a shallow net",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"arm"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "32:relu,32:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 32, Epochs: 100},
		Samples: 450, Noise: 0.2, DataSeed: 3,
		origin: generator{draw: drawSpirals, features: plane, classes: []string{"0", "1", "2"}},
	},
	{
		Name: "blobs", Title: "Three blobs", About: "three round clouds that a linear model nearly parts",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"blob"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "8:relu", Optimizer: "sgd", LearningRate: 0.1, Batch: 32, Epochs: 30},
		Samples: 300, Noise: 0.8, DataSeed: 5,
		origin: generator{draw: drawBlobs, features: plane, classes: []string{"0", "1", "2"}},
	},
	{
		Name: "checkerboard", Title: "Checkerboard, 4 x 4", About: "sixteen fields in two colours",
		Source: generatedHere, Licence: "none needed",
		Task: Classification, Options: Options{Targets: []string{"colour"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "32:relu,32:relu", Optimizer: "adam", LearningRate: 0.01, Batch: 32, Epochs: 150},
		Samples: 800, Noise: 0.02, DataSeed: 6,
		origin: generator{draw: drawCheckerboard, features: plane, classes: []string{"black", "white"}},
	},
	{
		Name: "sine", Title: "Sine with noise", About: "regression of a curve in one variable",
		Source: generatedHere, Licence: "none needed",
		Task: Regression, Options: Options{Targets: []string{"y"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "32:tanh,32:tanh", Optimizer: "adam", LearningRate: 0.01, Schedule: "cosine", Batch: 32, Epochs: 100},
		Samples: 300, Noise: 0.1, DataSeed: 7,
		origin: generator{draw: drawSine, features: []string{"x"}},
	},
	{
		Name: "plane", Title: "Plane with noise", About: "linear regression whose coefficients, 2, -3 and 1, are known",
		Source: generatedHere, Licence: "none needed",
		Task: Regression, Options: Options{Targets: []string{"y"}, Scaling: Scaling{Method: Unscaled}},
		Recipe:  Recipe{Layers: "none", Optimizer: "sgd", LearningRate: 0.1, Batch: 32, Epochs: 30},
		Samples: 300, Noise: 0.1, DataSeed: 8,
		origin: generator{draw: drawPlane, features: plane},
	},
	{
		Name: "mnist", Title: "MNIST digits, 28 x 28", About: "give the folder of your own files (--data) that holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, each as it is or as .gz",
		Source: "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits", Licence: "that of the user's files",
		Task: Classification, Options: Options{Scaling: Scaling{Method: Divided, By: 255}},
		Recipe: Recipe{Layers: "128:relu", Optimizer: "adam", LearningRate: 0.001, Batch: 64, Epochs: 5},
		origin: imageFolder{classes: tenDigits},
	},
}

// plane names the features of points in the plane.
var plane = []string{"x1", "x2"}
