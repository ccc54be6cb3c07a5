# The service in a container. The packages and the build command are those of the Makefile; a test holds the two together.
FROM swift:6.3-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends libuv1-dev libpcre2-dev libsqlite3-dev libxxhash-dev libphonenumber-dev libcurl4-openssl-dev libedit-dev libc-ares-dev libssl-dev pkg-config
WORKDIR /src
COPY . .
RUN swift build -c release --product dialout --static-swift-stdlib

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libuv1 libpcre2-8-0 libsqlite3-0 libphonenumber8 libcurl4 libedit2 libc-ares2 libssl3 && rm -rf /var/lib/apt/lists/*
COPY --from=build /src/.build/release/dialout /usr/local/bin/dialout
RUN useradd --system --create-home --home-dir /var/lib/dialout dialoutd
USER dialoutd
WORKDIR /var/lib/dialout
EXPOSE 8080/tcp 5060/udp 5060/tcp 5061/tcp
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s CMD ["dialout", "health"]
ENTRYPOINT ["dialout"]
CMD ["serve", "--http", "0.0.0.0:8080", "--sip", "0.0.0.0:5060", "--data", "/var/lib/dialout/data"]
