using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Api.Tests.EmbeddedPostgres;

public sealed class EmbeddedServerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_answers_on_the_loopback_until_it_is_stopped()
    {
        await using var server = await StartAsync(_folder);

        Assert.Equal("interestservice", await QueryAsync(server, "SELECT current_database()"));
        Assert.Equal(
            "UTF8, C, on, on, 127.0.0.1, ",
            await QueryAsync(server, """
                SELECT string_agg(current_setting(name), ', ' ORDER BY position)
                FROM unnest(ARRAY['server_encoding', 'lc_collate', 'fsync', 'synchronous_commit', 'listen_addresses',
                    'unix_socket_directories']) WITH ORDINALITY AS settings (name, position)
                """));

        await server.StopAsync(Cancellation);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task Server_requires_its_password_and_ignores_the_terminal()
    {
        await using var server = await StartAsync(_folder);

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess" }.ConnectionString;
        var failure = await Assert.ThrowsAsync<PostgresException>(() => QueryAsync(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, failure.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InFolder("postgres.password")));

        // proc(5): "pid (comm) state ppid pgrp session". Ctrl+C is sent to the process group of the terminal.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        var fields = File.ReadAllText($"/proc/{ServerProcessId()}/stat").Split(' ');
        Assert.Equal([fields[0], fields[0]], fields[4..6]);
    }

    [Fact]
    public async Task Data_and_password_survive_a_restart()
    {
        string password;
        await using (var first = await StartAsync(_folder))
        {
            password = Password(first);
            await QueryAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
        }

        await using var second = await StartAsync(_folder);
        Assert.Equal(password, Password(second));
        Assert.Equal(42, await QueryAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Second_host_in_the_folder_is_rejected_while_the_first_runs()
    {
        await using var first = await StartAsync(_folder);

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => StartAsync(_folder));

        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task Killed_server_starts_again_with_its_data_although_a_child_still_runs()
    {
        await using (var killed = await StartAsync(_folder))
        {
            await QueryAsync(killed, "CREATE TABLE kept AS SELECT 42 AS answer; SELECT 1");
            var endless = QueryAsync(killed, "DO 'BEGIN LOOP END LOOP; END'");
            await UntilAsync(async () =>
                await QueryAsync(killed, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'") is 1L);
            using (var process = Process.GetProcessById(ServerProcessId()))
                process.Kill();
            await killed.StopAsync(Cancellation);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => endless);
        }

        await using var server = await StartAsync(_folder);
        Assert.Equal(42, await QueryAsync(server, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Server_left_behind_by_a_killed_host_is_replaced()
    {
        var orphan = await InitialiseAsync();
        Assert.True(await orphan.StartAsync(FreePort.Next(), Cancellation));
        var orphanId = ServerProcessId();

        await using var server = await StartAsync(_folder);

        Assert.NotEqual(orphanId, ServerProcessId());
        Assert.DoesNotContain($"{orphanId}", await orphan.ListAsync(Cancellation));
        Assert.Equal(1, await QueryAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task Server_of_another_cluster_named_by_a_stale_file_keeps_running()
    {
        using var otherFolder = new TestFolder();
        await using var other = await StartAsync(otherFolder);
        await using (await StartAsync(_folder))
        {
        }
        File.Copy(Path.Combine(otherFolder.Path, "postgres/postmaster.pid"), InFolder("postgres/postmaster.pid"));

        await using (var server = await StartAsync(_folder))
            Assert.Equal(1, await QueryAsync(server, "SELECT 1"));

        Assert.Equal(1, await QueryAsync(other, "SELECT 1"));
    }

    [Fact]
    public async Task Start_failure_contains_the_last_log_lines_unless_only_the_port_was_taken()
    {
        var process = await InitialiseAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        Assert.False(await process.StartAsync(((IPEndPoint)taken.LocalEndpoint).Port, Cancellation));

        File.Delete(InFolder("postgres/global/pg_control"));
        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => StartAsync(_folder));

        Assert.Contains("postgres.log:\n", failure.Message, StringComparison.Ordinal);
        Assert.Contains("pg_control", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_for_an_inaccessible_folder_names_the_folder()
    {
        if (Environment.IsPrivilegedProcess)
        {
            _folder.SetMode("700");
            var failure = await Assert.ThrowsAsync<EmbeddedServerException>(StartBelowAsync);
            Assert.Contains($"user postgres, who cannot enter {_folder.Path} ", failure.Message, StringComparison.Ordinal);
        }
        else
        {
            // The server runs as the host's own user, and the host itself cannot enter the folder.
            _folder.SetMode("000");
            var failure = await Assert.ThrowsAsync<UnauthorizedAccessException>(StartBelowAsync);
            _folder.SetMode("700");
            Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        }

        Task StartBelowAsync() => EmbeddedServer.StartAsync(InFolder("data"), NullLogger.Instance, Cancellation);
    }

    [Fact]
    public async Task Private_data_folder_is_opened_only_to_the_server()
    {
        _folder.SetMode("700");
        var user = await ServerUser.ForHostAsync(Cancellation);

        await user.EnsureEntersAsync(_folder.Path, Cancellation);

        Assert.True((await user.RunShellAsync("""cd "$1" """, [_folder.Path], Cancellation)).Succeeded);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder.Path) & (UnixFileMode)Convert.ToInt32("067", 8));
    }

    /// <summary>Creates the cluster and returns its server process, not started and without the lock of a host.</summary>
    private async Task<ServerProcess> InitialiseAsync()
    {
        var user = await ServerUser.ForHostAsync(Cancellation);
        var cluster = new PostgresCluster(_folder.Path, user);
        var installation = await new InstallationSearch().FindAsync(null, Cancellation);
        await cluster.InitialiseAsync(installation, Cancellation);
        await cluster.EnsureLogAsync(Cancellation);
        return new ServerProcess(cluster, user, installation);
    }

    private static Task<EmbeddedServer> StartAsync(TestFolder folder) =>
        EmbeddedServer.StartAsync(folder.Path, NullLogger.Instance, Cancellation);

    private static Task<object?> QueryAsync(EmbeddedServer server, string sql) => QueryAsync(server.ConnectionString, sql);

    private static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(20, Cancellation);
    }

    private static string Password(EmbeddedServer server) => new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;

    private string InFolder(string path) => Path.Combine(_folder.Path, path);

    private int ServerProcessId() => int.Parse(File.ReadLines(InFolder("postgres/postmaster.pid")).First(), null);
}
