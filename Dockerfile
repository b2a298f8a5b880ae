# docker build -t thalweg . && docker run -p 8501:8501 thalweg        deploy/README.md says what can be set
# With an NVIDIA GPU: docker build --build-arg JAX_EXTRA=cuda13 -t thalweg:gpu . && docker run --gpus all ...

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/thalweg
COPY requirements.txt /
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/thalweg/bin/python install --no-compile --only-binary=:all: --require-hashes -r /requirements.txt
# cuda12 or cuda13: JAX for NVIDIA GPUs (some gigabytes more), at the locked version, and nothing else moves
ARG JAX_EXTRA=""
RUN --mount=type=cache,target=/root/.cache/pip \
    if [ -n "$JAX_EXTRA" ]; then \
        pip --python /opt/thalweg/bin/python freeze >/locked.txt && \
        pip --python /opt/thalweg/bin/python install --no-compile --only-binary=:all: -c /locked.txt \
            "jax[$JAX_EXTRA]==$(sed -n 's/^jax==//p' /locked.txt)"; \
    fi
# the packages' own tests and C headers: a tenth of all
RUN find /opt/thalweg/lib -depth -type d \( -name tests -o -path '*/pyarrow/include' \) -exec rm -r {} +

# What runs is compiled once, here, into a folder of its own: the container's file system is read-only, and a
# new version of the app leaves the large layer below untouched.
FROM build AS app
ENV PATH=/opt/thalweg/bin:$PATH PYTHONPYCACHEPREFIX=/pyc PYTHONDONTWRITEBYTECODE=1
COPY requirements-image.txt /
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/thalweg/bin/python install --no-compile --only-binary=:all: --require-hashes \
        --target /brotli -r /requirements-image.txt
WORKDIR /app
COPY . .
RUN python -m compileall -q --invalidation-mode unchecked-hash /app && THALWEG_CACHE=/tmp/thalweg python -m deploy.precompile
# A first visit by brotli is half a megabyte smaller; the image that runs has the files, and not what made them.
RUN THALWEG_CACHE=/tmp/thalweg PYTHONPATH=/brotli python -m deploy.pack

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Thalweg" \
      org.opencontainers.image.description="An interactive lab for optimization on loss landscapes" \
      org.opencontainers.image.licenses="MIT"
# A named volume takes over the owner of the folder that it covers.
RUN install -d -o 10001 -g 10001 /cache
COPY --from=build /opt/thalweg /opt/thalweg
COPY --from=app /pyc /pyc
COPY --from=app /app /app
WORKDIR /app
ENV PATH=/opt/thalweg/bin:$PATH \
    PYTHONPYCACHEPREFIX=/pyc \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    MALLOC_ARENA_MAX=2 \
    THALWEG_CACHE=/tmp/thalweg \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_BROWSER_SERVER_ADDRESS=localhost
USER 10001:10001
EXPOSE 8501
HEALTHCHECK --interval=15s --timeout=4s --start-period=60s --retries=3 CMD ["python", "-S", "deploy/healthcheck.py"]
CMD ["streamlit", "run", "app.py"]
