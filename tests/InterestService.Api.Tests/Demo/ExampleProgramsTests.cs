using System.Text.Json.Nodes;
using InterestService.Api.Tests.Support;
using InterestService.Harness;

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
        string printed = (await ExternalProgram.RunAsync(interpreter, [Find(program), demo.Host.BaseAddress.ToString()])).AssertSucceeded();
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
        var ended = await ExternalProgram.RunAsync(interpreter, [Find(program), host.BaseAddress.ToString()]);
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("X-API-Key", ended.Output + ended.Errors, StringComparison.Ordinal);
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

        string[] compile = ["-c", "import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, encoding='utf-8').read(), name)", .. files];
        (await ExternalProgram.RunAsync("python3", compile)).AssertSucceeded();
    }

    private static string Find(string program) => Repository.File($"deploy/examples/{program}");
}
