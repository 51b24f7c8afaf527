# /// attack
# row = 8
# what.en = "Reads its environment."
# what.zh = "读取环境变量。"
# tiers = ["A", "B", "C", "D", "E"]
# ///
import os

DOCUMENTED = {
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "HOME", "TMPDIR", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM",
    "PYTHONDONTWRITEBYTECODE", "TORCHINDUCTOR_CACHE_DIR", "PYTORCH_NVML_BASED_CUDA_CHECK", "KMP_INIT_AT_FORK",
}


def probe():
    found = [f"{name}={value}" for name, value in os.environ.items() if name not in DOCUMENTED or "CANARY" in value]
    try:
        with open("/proc/self/environ") as file:
            found += [each for each in file.read().split("\0") if "CANARY" in each]
    except OSError:
        pass
    return found
