using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Api.Tests.Hosting;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly EmbeddedPostgresFolder _folder = new();

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
    public async Task Server_is_closed_to_strangers_and_to_the_terminal()
    {
        await using var server = await StartAsync(_folder);

        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess" }.ConnectionString;
        var failure = await Assert.ThrowsAsync<PostgresException>(() => QueryAsync(wrong, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, failure.SqlState);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InFolder("postgres.password")));

        // proc(5): "pid (comm) state ppid pgrp session". Ctrl+C goes to the group that holds the terminal.
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
    public async Task Second_host_in_the_folder_is_refused_while_the_first_lives()
    {
        await using var first = await StartAsync(_folder);

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => StartAsync(_folder));

        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task Server_that_was_killed_starts_again_with_its_data_though_a_child_lives_on()
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
    public async Task Server_that_a_killed_host_left_behind_gives_way_to_a_new_one()
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
    public async Task Other_server_whose_process_number_a_stale_file_names_lives_on()
    {
        using var otherFolder = new EmbeddedPostgresFolder();
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
    public async Task Failure_to_start_carries_the_last_lines_of_the_log_unless_only_the_port_was_taken()
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
    public async Task Folder_below_a_closed_folder_is_refused_by_name()
    {
        if (Environment.IsPrivilegedProcess)
        {
            _folder.SetMode("700");
            var failure = await Assert.ThrowsAsync<EmbeddedServerException>(StartBelowAsync);
            Assert.Contains($"user postgres, who cannot enter {_folder.Path} ", failure.Message, StringComparison.Ordinal);
        }
        else
        {
            // The server runs as the host's own user, who is stopped by the folder before PostgreSQL is.
            _folder.SetMode("000");
            var failure = await Assert.ThrowsAsync<UnauthorizedAccessException>(StartBelowAsync);
            _folder.SetMode("700");
            Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        }

        Task StartBelowAsync() => EmbeddedServer.StartAsync(InFolder("data"), NullLogger.Instance, Cancellation);
    }

    [Fact]
    public async Task Private_data_folder_is_opened_to_the_server_and_nobody_else()
    {
        _folder.SetMode("700");
        var user = await ServerUser.ForHostAsync(Cancellation);

        await user.EnsureEntersAsync(_folder.Path, Cancellation);

        Assert.True((await user.RunShellAsync("""cd "$1" """, [_folder.Path], Cancellation)).Succeeded);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder.Path) & (UnixFileMode)Convert.ToInt32("067", 8));
    }

    /// <summary>Makes the cluster and hands out its process, not started, as a host would have that holds no lock.</summary>
    private async Task<ServerProcess> InitialiseAsync()
    {
        var user = await ServerUser.ForHostAsync(Cancellation);
        var cluster = new PostgresCluster(_folder.Path, user);
        var installation = await new InstallationSearch().FindAsync(null, Cancellation);
        await cluster.InitialiseAsync(installation, Cancellation);
        await cluster.EnsureLogAsync(Cancellation);
        return new ServerProcess(cluster, user, installation);
    }

    private static Task<EmbeddedServer> StartAsync(EmbeddedPostgresFolder folder) =>
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
