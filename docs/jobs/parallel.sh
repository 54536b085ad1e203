#!/bin/bash
# The parts of a comparison by GNU parallel, on this machine or, with
# --sshloginfile, on others that see the same folder:
#
#     docs/jobs/parallel.sh
#
# Given again, it goes on where it was.
set -euo pipefail
export NABLA_ISA=avx2 # the same numbers on all machines
parallel --jobs 4 --env NABLA_ISA nabla compare digits wine breast-cancer \
	--optimizers "'sgd,momentum,adam,adamw,lookahead(adam)'" --protocol deepobs --workers 1 \
	--out runs/deepobs --shard '{}/8' ::: 1 2 3 4 5 6 7 8
nabla merge runs/deepobs
