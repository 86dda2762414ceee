# The order service as an image of one static binary. Needs BuildKit, as Docker has had since 23.0.
#   docker build --build-arg VERSION=1.2.3 -t orders .
ARG GO_IMAGE=golang:1.26.8-alpine

# The compiler runs on the builder's platform and cross-compiles for the image's.
FROM --platform=$BUILDPLATFORM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG TARGETOS TARGETARCH VERSION=dev
RUN --mount=type=cache,target=/root/.cache/go-build \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /orders .

# Certificates are for MongoDB over TLS. Time zones are not needed: the service knows only UTC.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /orders /orders
USER 65532:65532
# A container's memory is lost with it, so the image refuses to start without MONGODB_URI.
# The health check asks on a port of its own, which answers however many clients there are.
ENV WRITE_STORE=mongo READ_STORE=mongo PORT=3000 ADMIN_PORT=3001
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["/orders", "healthcheck"]
ENTRYPOINT ["/orders"]
