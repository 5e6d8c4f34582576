package dev.keelson.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keelson.client.cli.ExitCode;
import dev.keelson.client.cli.KeelsonCli;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What `keelson dev` says when it doesn't start. */
class DevCommandTest {
  private String out = "";
  private String err = "";

  @TempDir private Path directory;

  private int keelson(String... arguments) {
    StringWriter written = new StringWriter();
    StringWriter failed = new StringWriter();
    CommandLine line = KeelsonCli.commandLine();
    line.setOut(new PrintWriter(written));
    line.setErr(new PrintWriter(failed));
    int code = line.execute(arguments);
    out = written.toString();
    err = failed.toString();
    return code;
  }

  @Test
  void it_has_help_like_every_command() {
    assertThat(keelson("dev", "--help")).isZero();
    assertThat(out)
        .contains("keelson dev --nodes 5 --zones 5", "--data=DIR", "Exit codes:", "--version");
    assertThat(keelson("--help")).isZero();
    assertThat(out).contains("Runs a whole cluster in this process");
  }

  @Test
  void what_can_not_be_is_said_in_one_line() {
    assertThat(keelson("dev", "--nodes", "99")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err.strip()).isEqualTo("keelson: nodes must be from 1 to 15, not 99");
    assertThat(keelson("dev", "--zones", "4")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(err.strip()).contains("zones must be from 1 to the number of nodes");
    assertThat(keelson("dev", "--listen", "nowhere")).isEqualTo(ExitCode.USER_ERROR);
    assertThat(keelson("dev", "--nodes", "many")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void an_address_in_use_is_said_in_one_line() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(keelson("dev", "--data", directory.toString(), "--listen", address))
          .isEqualTo(ExitCode.USER_ERROR);
      assertThat(err.strip()).startsWith("keelson: can't listen on " + address).hasLineCount(1);
    }
  }
}
