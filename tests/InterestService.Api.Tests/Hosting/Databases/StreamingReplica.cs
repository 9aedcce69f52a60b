using InterestService.Api.Cli;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Api.Tests.Hosting.Databases;

/// <summary>A PostgreSQL server that has the service's tables, and a streaming replica of that server.</summary>
public sealed class StreamingReplica : IAsyncLifetime
{
    private static readonly TimeSpan _backupTimeout = TimeSpan.FromMinutes(5);

    private readonly TestFolder _primaryFolder = new(), _replicaFolder = new();
    private EmbeddedServer? _primary;
    private EmbeddedServer? _replica;

    public string Primary => _primary!.ConnectionString;

    /// <summary>The same address while the replica is stopped.</summary>
    public string Replica => _replica!.ConnectionString;

    public async ValueTask InitializeAsync()
    {
        _primary = await StartAsync(_primaryFolder);
        await using (var app = Program.Build([$"--ConnectionStrings:Postgres={Primary};Pooling=false", "--environment=Development", "--Serilog:MinimumLevel:Default=Error"]))
            await (await app.OpenDatabaseAsync(CancellationToken.None)).MigrateAsync(CancellationToken.None);
        await CopyAsync();
        _replica = await StartAsync(_replicaFolder);
    }

    /// <summary>Executes a statement on the replica and returns the first value.</summary>
    public async Task<object?> OnReplicaAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Replica) { Pooling = false });
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Kills the replica.</summary>
    public async Task StopReplicaAsync()
    {
        await SignalReplicaAsync("KILL");
        await Wait.UntilAsync(() => Task.FromResult(!_replica!.IsAlive));
    }

    /// <summary>Starts the replica again, at the same address.</summary>
    public Task RestartReplicaAsync() => _replica!.RestartAsync(TestContext.Current.CancellationToken);

    /// <summary>Sends a signal to all processes of the replica.</summary>
    public async Task SignalReplicaAsync(string signal)
    {
        string server = File.ReadLines(Path.Combine(_replicaFolder.Path, "postgres", "postmaster.pid")).First();
        string children = await File.ReadAllTextAsync($"/proc/{server}/task/{server}/children", TestContext.Current.CancellationToken);
        string[] processes = [server, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        // A session may have ended by itself.
        await ExternalProgram.RunAsync("sh", ["-c", $"kill -{signal} {string.Join(' ', processes)} || true"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_replica is not null) await _replica.DisposeAsync();
        if (_primary is not null) await _primary.DisposeAsync();
        _primaryFolder.Dispose();
        _replicaFolder.Dispose();
    }

    private static Task<EmbeddedServer> StartAsync(TestFolder folder) => EmbeddedServer.StartAsync(folder.Path, NullLogger.Instance, CancellationToken.None);

    /// <summary>Copies the primary as <c>pg_basebackup</c> sets up a replica.</summary>
    private async Task CopyAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(Primary);
        var user = await ServerUser.ForHostAsync(CancellationToken.None);
        var installation = await new InstallationSearch().FindAsync(null, CancellationToken.None);
        var folder = Directory.CreateDirectory(
            Path.Combine(_replicaFolder.Path, "postgres"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await user.TakeAsync(folder.FullName, CancellationToken.None);
        var copy = await user.RunAsync(
            Path.Combine(installation.Folder, "pg_basebackup"),
            [
                $"--dbname=host={server.Host} port={server.Port} user={server.Username} password={server.Password}",
                $"--pgdata={folder.FullName}", "--wal-method=stream", "--checkpoint=fast", "--write-recovery-conf",
            ],
            _backupTimeout, CancellationToken.None);
        Assert.True(copy.Succeeded, copy.Output);
        File.Copy(Path.Combine(_primaryFolder.Path, "postgres.password"), Path.Combine(_replicaFolder.Path, "postgres.password"));
    }
}
