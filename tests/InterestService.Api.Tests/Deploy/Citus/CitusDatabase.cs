using InterestService.Api.Cli;
using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Api.Tests.Deploy.Citus;

/// <summary>
/// A database that <c>deploy/citus/distribute.sh</c> has gone over, on a server without Citus: functions and tables of Citus's names record what
/// it would have been told. The server is the class's own.
/// </summary>
public sealed class CitusDatabase : IAsyncLifetime
{
    // Signatures of Citus 13. The entry in pg_extension makes CREATE EXTENSION IF NOT EXISTS do nothing.
    private const string Substitutes = """
        SET allow_system_table_mods = on;
        INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
            VALUES (pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index'), 'citus', 10, 11, false, '13.0');
        RESET allow_system_table_mods;
        CREATE SCHEMA citus;
        CREATE TABLE citus.pg_dist_partition (logicalrel regclass PRIMARY KEY, partmethod "char" NOT NULL, partkey text, colocated_with regclass);
        CREATE TABLE citus.pg_dist_authinfo (nodeid int NOT NULL, rolename name NOT NULL, authinfo text NOT NULL);
        CREATE TABLE citus.nodes (name text, port int, is_coordinator bool, PRIMARY KEY (name, port, is_coordinator));
        CREATE FUNCTION citus.create_distributed_table(
            table_name regclass, distribution_column text, distribution_type text = 'hash', colocate_with text = 'default', shard_count int = NULL)
            RETURNS void LANGUAGE sql AS $$
                INSERT INTO citus.pg_dist_partition
                VALUES (table_name, 'h', distribution_column, CASE WHEN colocate_with NOT IN ('none', 'default') THEN colocate_with::regclass END) $$;
        CREATE FUNCTION citus.create_reference_table(table_name regclass) RETURNS void LANGUAGE sql AS $$
            INSERT INTO citus.pg_dist_partition VALUES (table_name, 'n') $$;
        CREATE FUNCTION citus.citus_set_coordinator_host(host text, port int = 5432) RETURNS void LANGUAGE sql AS $$
            INSERT INTO citus.nodes VALUES (host, port, true) ON CONFLICT DO NOTHING $$;
        CREATE FUNCTION citus.citus_add_node(nodename text, nodeport int, groupid int = -1) RETURNS int LANGUAGE sql AS $$
            INSERT INTO citus.nodes VALUES (nodename, nodeport, false) ON CONFLICT DO NOTHING; SELECT 1 $$;
        """;

    private readonly TestFolder _folder = new();
    private EmbeddedServer? _server;

    /// <summary>Connection string of the migrated database.</summary>
    public string ConnectionString => $"{_server!.ConnectionString};Search Path=public,citus";

    /// <summary>Log of the server.</summary>
    internal string LogFile => Path.Combine(_folder.Path, "postgres.log");

    public async ValueTask InitializeAsync()
    {
        _server = await EmbeddedServer.StartAsync(_folder.Path, NullLogger.Instance, TestContext.Current.CancellationToken);
        Assert.Equal(0, await CommandLine.RunAsync(["migrate", $"--ConnectionStrings:Postgres={_server.ConnectionString}", "--Serilog:MinimumLevel:Default=Error"]));
        await ExecuteAsync(Substitutes);
        for (int run = 0; run < 2; run++) (await DistributeAsync()).AssertSucceeded(); // the second one finds everything done
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Runs a statement that returns nothing.</summary>
    internal async Task ExecuteAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Reads the first column of a query, as text, in order.</summary>
    internal async Task<List<string>> ReadAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(ConnectionString);
        await using var command = database.CreateCommand($"SELECT value::text FROM ({sql}) AS found (value) ORDER BY 1");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) rows.Add(reader.GetString(0));
        return rows;
    }

    private async Task<ExternalProgram> DistributeAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_server!.ConnectionString);
        string password = Path.Combine(_folder.Path, "password");
        await File.WriteAllTextAsync(password, server.Password + "\n", TestContext.Current.CancellationToken);
        return await ExternalProgram.RunAsync(
            "env",
            [
                $"PGUSER={server.Username}", $"PGDATABASE={server.Database}", $"PGPORT={server.Port}", $"PGPASSWORD_FILE={password}",
                "PGOPTIONS=-c search_path=public,citus", Harness.Repository.File("deploy/citus/distribute.sh"), "127.0.0.1", "localhost",
            ]);
    }
}
