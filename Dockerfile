# One image for every process: data node, router, operator, command line, and the etcd that the operator runs.
# hack/image/build.sh builds it, also where no registry can be reached: BASE, JDK and ETCD are then images
# that it makes on the spot.
ARG BASE=docker.io/library/debian:bookworm-slim
ARG JDK=docker.io/library/eclipse-temurin:25-jdk
ARG ETCD=gcr.io/etcd-development/etcd:v3.6.16

# jdk.compiler: Chronicle Map compiles classes as it starts. jdk.httpserver: metrics. java.desktop: java.beans.
# jdk.jcmd, jdk.jfr: for whoever must find out why a pod is slow. The archive of loaded classes speeds up starts.
FROM ${JDK} AS runtime
RUN jlink --output /runtime --no-header-files --no-man-pages --generate-cds-archive --add-modules \
java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,\
java.rmi,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml,\
jdk.compiler,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,\
jdk.management.jfr,jdk.naming.dns,jdk.net,jdk.nio.mapmode,jdk.unsupported,jdk.zipfs

FROM ${ETCD} AS etcd

FROM ${BASE}
RUN echo 'keelson:x:10001:10001::/var/lib/keelson:/usr/sbin/nologin' >>/etc/passwd \
 && echo 'keelson:x:10001:' >>/etc/group \
 && mkdir -p /var/lib/keelson && chown 10001:10001 /var/lib/keelson
COPY --from=runtime /runtime /opt/java
COPY --from=etcd /usr/local/bin/etcd /usr/local/bin/etcdctl /usr/local/bin/
COPY dist/lib /opt/keelson/lib
COPY dist/bin /opt/keelson/bin
ENV JAVA_HOME=/opt/java PATH=/opt/keelson/bin:/opt/java/bin:/usr/local/bin:/usr/bin:/bin

# Everything else may be read-only: processes write to this folder and to /tmp.
WORKDIR /var/lib/keelson
USER 10001:10001
CMD ["keelson"]
