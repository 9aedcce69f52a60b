using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using InterestService.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace InterestService.Harness;

/// <summary>
/// The service as in production: a separate process that requires keys, with its own PostgreSQL in a temporary folder. The database keeps
/// running when the service stops, so that the service can be restarted.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    public const string Key = "benchmark-of-the-service";

    private const string ConnectionStringVariable = "ConnectionStrings__Postgres";

    private readonly string _folder;
    private readonly EmbeddedServer? _server; // null for a process that joined another one
    private readonly Dictionary<string, string> _environment;
    private readonly string _program;
    private Process? _process;

    private ServiceProcess(string folder, EmbeddedServer? server, string connectionString, Dictionary<string, string> environment, string program)
    {
        (_folder, _server, ConnectionString, _environment, _program) = (folder, server, connectionString, environment, program);
        Address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        Client = new HttpClient { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.Add("X-API-Key", Key);
        Database = NpgsqlDataSource.Create(connectionString);
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public NpgsqlDataSource Database { get; }

    public string ConnectionString { get; }

    public ProcessMemory Memory => new(_process!.Id);

    /// <summary>Id of the process.</summary>
    public int Id => _process!.Id;

    /// <summary>Whether the process has ended, by itself or by <see cref="KillServiceAsync"/>.</summary>
    public bool HasEnded => _process is null or { HasExited: true };

    /// <summary>Starts PostgreSQL and the service.</summary>
    /// <param name="environment">Environment variables of the service, beside those of its set-up.</param>
    /// <param name="route">Returns the connection string of the service for that of PostgreSQL; null for the same.</param>
    /// <param name="folder">Folder of all data, deleted in the end; null for a new one in the folder of temporary files.</param>
    /// <param name="program">The service's program; null for that of this build.</param>
    public static async Task<ServiceProcess> StartAsync(
        Dictionary<string, string>? environment = null, Func<string, string>? route = null, string? folder = null, string? program = null)
    {
        folder ??= NewFolder();
        var server = await EmbeddedServer.StartAsync(folder, NullLogger.Instance, CancellationToken.None);
        program ??= Path.Combine(AppContext.BaseDirectory, "InterestService.Api.dll");
        var service = new ServiceProcess(folder, server, server.ConnectionString, environment ?? [], program);
        if (route is not null) service._environment[ConnectionStringVariable] = route(service.ConnectionString);
        try
        {
            using (var migrate = service.Run("migrate")) await migrate.WaitForExitAsync();
            await service.StartServiceAsync();
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts another process of the service on the same PostgreSQL. It must be disposed before this one.</summary>
    /// <param name="environment">Its environment variables, beside those of its set-up.</param>
    public async Task<ServiceProcess> JoinAsync(Dictionary<string, string> environment)
    {
        var other = new ServiceProcess(NewFolder(), null, ConnectionString, environment, _program);
        try
        {
            await other.StartServiceAsync();
            return other;
        }
        catch
        {
            await other.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the service and waits until it is ready.</summary>
    public async Task StartServiceAsync()
    {
        _process = Run("serve");
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The service ended:\n{await File.ReadAllTextAsync(LogFile)}");
            try
            {
                using var answer = await Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Stops the service as a supervisor does, with SIGTERM.</summary>
    /// <returns>The exit code of the service.</returns>
    public async Task<int> StopServiceAsync()
    {
        await SignalAsync(_process!.Id, "TERM");
        return await EndAsync();
    }

    /// <summary>Kills the service; does nothing more if it has ended by itself.</summary>
    public async Task KillServiceAsync()
    {
        if (!_process!.HasExited) _process.Kill();
        await EndAsync();
    }

    /// <summary>Kills PostgreSQL with SIGKILL. Its other processes end when they notice.</summary>
    public async Task KillDatabaseAsync() => await SignalAsync(DatabaseProcess, "KILL");

    /// <summary>Starts PostgreSQL again after <see cref="KillDatabaseAsync"/>, on the same port.</summary>
    public Task RestartDatabaseAsync() => _server!.RestartAsync(CancellationToken.None);

    /// <summary>Whether PostgreSQL runs.</summary>
    public bool IsDatabaseAlive => _server!.IsAlive;

    /// <summary>Sends a signal to the service.</summary>
    public Task SignalAsync(string signal) => SignalAsync(_process!.Id, signal);

    /// <summary>Sends a signal to a process.</summary>
    public static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        command.CommandTimeout = 0;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value from the database.</summary>
    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var query = Database.CreateCommand(sql);
        return (T)(await query.ExecuteScalarAsync())!;
    }

    /// <summary>Uploads a file as events.</summary>
    /// <returns>Number of accepted events.</returns>
    public async Task<long> UploadAsync(string path, string contentType, string? encoding = null)
    {
        await using var file = File.OpenRead(path);
        using var content = new StreamContent(file, 1 << 16);
        content.Headers.ContentType = new(contentType);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var answer = await Client.PostAsync(new Uri("/events", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!["accepted"]!.GetValue<long>();
    }

    /// <summary>Starts a clustering and waits until it is published.</summary>
    /// <returns>The clustering as the API describes it.</returns>
    public async Task<JsonNode> ClusterAsync(object request)
    {
        using var started = await Client.PostAsJsonAsync(new Uri("/clusterings", UriKind.Relative), request);
        started.EnsureSuccessStatusCode();
        while (true)
        {
            var clustering = (await Client.GetFromJsonAsync<JsonNode>(started.Headers.Location))!;
            switch (clustering["state"]!.GetValue<string>())
            {
                case "succeeded" when clustering["published"]!.GetValue<bool>():
                    return clustering;
                case "queued" or "running":
                    await Task.Delay(100);
                    break;
                default:
                    throw new InvalidOperationException($"The clustering was not published: {clustering}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await StopServiceAsync();
        Client.Dispose();
        await Database.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private int DatabaseProcess => int.Parse(File.ReadLines(Path.Combine(_folder, "postgres", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>File of the log of all runs of the service.</summary>
    public string LogFile => Path.Combine(_folder, "service.log");

    private async Task<int> EndAsync()
    {
        await _process!.WaitForExitAsync();
        int code = _process.ExitCode;
        _process.Dispose();
        _process = null;
        return code;
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("benchmark-").FullName;

    private Process Run(string command)
    {
        // A shell redirects the log to a file: a pipe would have to be read while the benchmark waits.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet '{_program}' {command} --urls '{Address}' >> '{LogFile}' 2>&1"]);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment[ConnectionStringVariable] = ConnectionString;
        start.Environment["InterestService__DataDirectory"] = _folder;
        start.Environment["InterestService__ApiKeys__0__Name"] = "benchmark";
        start.Environment["InterestService__ApiKeys__0__Key"] = Key;
        start.Environment["InterestService__ApiKeys__0__Scopes__0"] = "admin";
        foreach (var (name, value) in _environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
