using System.Diagnostics;
using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;

namespace InterestService.Api.Tests.Demo;

/// <summary>The programs of <c>deploy/examples</c> on the data of the demo.</summary>
[Collection(nameof(DemoHost))]
public sealed class ExampleProgramsTests(DemoHost demo)
{
    [Theory]
    [InlineData("bash", "lookup.sh", "example-ann")]
    [InlineData("python3", "lookup.py", "example/bo is in cluster")]
    public async Task A_program_uploads_clusters_and_looks_up(string interpreter, string program, string expected)
    {
        string printed = await RunAsync(interpreter, Find(program), demo.Host.BaseAddress.ToString());
        Assert.Contains(expected, printed, StringComparison.Ordinal);
        Assert.Contains("recommend", printed, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("bash", "lookup.sh")]
    [InlineData("python3", "lookup.py")]
    public async Task A_program_that_fails_tells_the_reason_of_the_service(string interpreter, string program)
    {
        await using var host = await ApiHost.StartAsync(
            await demo.CreateDatabaseAsync(), "--environment=Production", "--InterestService:ApiKeys:0:Name=reader",
            "--InterestService:ApiKeys:0:Key=0123456789abcdef0123456789abcdef", "--InterestService:ApiKeys:0:Scopes:0=interests:read");
        using var process = Start(interpreter, Find(program), host.BaseAddress.ToString());
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("X-API-Key", await output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_python_program_and_every_cell_of_the_notebook_compiles()
    {
        using var folder = new TestFolder();
        var notebook = JsonNode.Parse(await File.ReadAllTextAsync(Find("clusters.ipynb"), TestContext.Current.CancellationToken))!;
        Assert.Equal(4, (int?)notebook["nbformat"]);
        string[] cells =
        [
            .. from cell in notebook["cells"]!.AsArray()
               where (string?)cell!["cell_type"] == "code"
               select string.Concat(cell["source"]!.AsArray().Select(line => (string?)line)),
        ];
        Assert.True(cells.Length > 5);
        List<string> files = [Find("lookup.py"), Find("analyse.py")];
        foreach (var (at, cell) in cells.Index())
        {
            files.Add(Path.Combine(folder.Path, $"cell{at}.py"));
            await File.WriteAllTextAsync(files[^1], cell, TestContext.Current.CancellationToken);
        }

        await RunAsync("python3", ["-c", "import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, encoding='utf-8').read(), name)", .. files]);
    }

    private static string Find(string program) => Repository.File($"deploy/examples/{program}");

    private static async Task<string> RunAsync(string interpreter, params string[] arguments)
    {
        using var process = Start(interpreter, arguments);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output + await error);
        return output;
    }

    private static Process Start(string interpreter, params string[] arguments) => Process.Start(
        new ProcessStartInfo(interpreter, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" } })!;
}
