package dev.keelson.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.keelson.coordination.MetadataStore.Swap;
import dev.keelson.coordination.MetadataStore.SwapResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("cluster")
class EtcdEncryptionTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String PASSWORD = "password";

  @TempDir Path directory;

  @Test
  void etcd_is_reached_with_a_certificate_and_not_without() throws Exception {
    Path certificate = directory.resolve("tls.crt");
    Path key = directory.resolve("tls.key");
    makeCertificate(certificate, key);
    try (EtcdProcess etcd = EtcdProcess.startEncrypted(directory, certificate, key);
        MetadataStore known = connect(etcd, Optional.of(certificate), Optional.of(key));
        MetadataStore unknown = connect(etcd, Optional.empty(), Optional.empty())) {
      await().atMost(LIMIT).until(() -> put(known) instanceof SwapResult.Swapped);
      assertThat(put(unknown)).isInstanceOf(SwapResult.Unknown.class);
    }
  }

  private MetadataStore connect(EtcdProcess etcd, Optional<Path> certificate, Optional<Path> key) {
    return EtcdMetadataStore.connect(
        new EtcdConfig(
            List.of(etcd.address()),
            "test",
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Optional.of(directory.resolve("tls.crt")),
            certificate,
            key));
  }

  private static SwapResult put(MetadataStore store) {
    ByteString value = ByteString.copyFromUtf8("x");
    return store.swap(Swap.put("a", 0, value)).toCompletableFuture().join();
  }

  /** One certificate for both sides, which vouches for itself. */
  private void makeCertificate(Path certificate, Path key) throws Exception {
    Path store = directory.resolve("keys.p12");
    int code =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "etcd",
                "-dname",
                "CN=etcd",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-ext",
                "BC=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    write(certificate, "CERTIFICATE", keys.getCertificate("etcd").getEncoded());
    write(key, "PRIVATE KEY", keys.getKey("etcd", PASSWORD.toCharArray()).getEncoded());
  }

  private static void write(Path file, String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
