using System.Diagnostics;
using System.Globalization;
using InterestService.Api.Hosting.Databases;
using InterestService.Api.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace InterestService.Api.Tests.Hosting;

public sealed class DatabaseWatchTests
{
    [Fact]
    public async Task A_host_whose_embedded_server_dies_stops()
    {
        using var folder = new TestFolder();
        await using var app = Program.Build(
            ["--environment=Development", "--urls=http://127.0.0.1:0", $"--InterestService:DataDirectory={folder.Path}", "--Serilog:MinimumLevel:Default=Fatal", "--Serilog:MinimumLevel:Override:Microsoft.Hosting.Lifetime=Fatal"]);
        await app.Services.GetRequiredService<Database>().PrepareAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        string process = File.ReadLines(Path.Combine(folder.Path, "postgres", "postmaster.pid")).First();
        Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture)).Kill();

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Wait.Limit);
        await app.WaitForShutdownAsync(timeout.Token);
        Assert.False(timeout.IsCancellationRequested);
        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0; // it is the test runner's own
    }
}
