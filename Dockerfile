# Fleetban's parts in one image; what the container does is its command: shipper, processor, enforcer, agent, topics.
# Build the program first: ./fleetban --version
FROM eclipse-temurin:17-jre

# The enforcer drives the kernel's firewall through these, the shipper reads a journal through journalctl (systemd's own); they do
# nothing in a processor.
RUN command -v iptables && command -v ipset && command -v nft && command -v journalctl || { \
      apt-get update \
      && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends iptables ipset nftables systemd \
      && rm -rf /var/lib/apt/lists/*; }

COPY app/target/fleetban/lib /opt/fleetban/lib
COPY fleetban /opt/fleetban/fleetban
COPY config /etc/fleetban
# The first start archives what it loads, for all later ones.
RUN ln -s /opt/fleetban/fleetban /usr/local/bin/fleetban && fleetban --version

VOLUME /var/lib/fleetban
ENTRYPOINT ["fleetban"]
CMD ["--help"]
