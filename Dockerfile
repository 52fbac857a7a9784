# The operator alone: its file, the shared libraries that it names, nothing else. No shell, not root.
#
#   docker build -t haetae .
#   buildah bud --isolation=chroot -t haetae .         # also inside a container
#   … --build-arg BASE=localhost/bookworm:minbase      # any Debian 12; tests/image.sh makes one without a registry
#   … --build-arg JOBS=2                               # compilers at once; each takes up to 1.5 GB
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS build
WORKDIR /src
COPY tests/packages.txt tests/install-packages.sh tests/
RUN tests/install-packages.sh image && rm -rf /var/lib/apt/lists/*
COPY CMakeLists.txt CMakePresets.json LICENSE ./
COPY operator operator
ARG JOBS=
RUN cmake --preset image && cmake --build --preset image --target haetae ${JOBS:+-j $JOBS}
# glibc resolves names from files and DNS by itself since 2.34, so what ldd names is all there is.
RUN install -D -m 644 LICENSE /image/LICENSE && \
    install -D build/image/haetae /image/haetae && \
    ldd build/image/haetae | grep -oE '/[^ ]+' | while read -r library; do install -D "$library" "/image$library"; done && \
    chmod -R u=rwX,go=rX /image

FROM scratch
COPY --from=build /image /
USER 65532:65532
ENTRYPOINT ["/haetae"]
CMD ["operator"]
