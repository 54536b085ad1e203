#!/bin/bash
#SBATCH --job-name=nabla-deepobs
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --time=02:00:00
#SBATCH --output=deepobs-%A-%a.log
# One part of a comparison for each job of the array. Send it with
#
#     job=$(sbatch --parsable docs/jobs/slurm.sh)
#     sbatch --dependency=afterok:$job --wrap 'nabla merge runs/deepobs'
#
# The folder of --out must be one that all nodes see. A job that was stopped is
# given again as it is, sbatch --array=3 … included: it goes on where it was. The
# number of parts stands behind auto, so that single jobs may be sent again.
set -euo pipefail
export NABLA_ISA=avx2 # the same numbers on all nodes, whatever their processors
export GOMAXPROCS="${SLURM_CPUS_PER_TASK:-1}"
i=$SLURM_ARRAY_TASK_ID
exec nabla compare digits wine breast-cancer \
	--optimizers 'sgd,momentum,adam,adamw,lookahead(adam)' --protocol deepobs \
	--out runs/deepobs --shard "$i/8"
