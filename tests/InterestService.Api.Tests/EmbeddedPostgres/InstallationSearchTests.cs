using InterestService.Api.Tests.Support;
using InterestService.EmbeddedPostgres;

namespace InterestService.Api.Tests.EmbeddedPostgres;

public sealed class InstallationSearchTests : IDisposable
{
    private static readonly string[] _programs = ["initdb", "pg_ctl", "postgres"];
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ID=debian", "apt-get install -y postgresql")]
    [InlineData("ID=linuxmint\nID_LIKE=\"ubuntu debian\"", "apt-get install -y postgresql")]
    [InlineData("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "dnf install -y postgresql-server")]
    [InlineData("ID=alpine", "apk add postgresql")]
    public async Task Error_for_a_missing_server_names_the_install_command(string osRelease, string command)
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "macOS has no os-release.");
        var search = Search() with { OsReleaseFile = Path.Combine(_folder.Path, "os-release") };
        File.WriteAllText(search.OsReleaseFile, osRelease);

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => FindAsync(search, null));

        Assert.Contains($"`{command}`", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__Postgres", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrapper_on_the_path_without_a_server_next_to_it_is_ignored()
    {
        var search = Search() with { Path = _folder.AddPrograms("wrappers", "exit 1", "pg_ctl") };
        var server = AddServer("15");

        Assert.Equal(new Installation(server, "15"), await FindAsync(search, null));
    }

    [Fact]
    public async Task Link_on_the_path_leads_to_the_server()
    {
        var server = _folder.AddPrograms("elsewhere", "echo 'postgres (PostgreSQL) 14.2'", _programs);
        AddServer("15");
        var links = _folder.AddPrograms("links", "");
        File.CreateSymbolicLink(Path.Combine(links, "pg_ctl"), Path.Combine(server, "pg_ctl"));

        Assert.Equal(new Installation(server, "14"), await FindAsync(Search() with { Path = links }, null));
    }

    [Fact]
    public async Task Server_known_only_to_pg_config_is_found()
    {
        var server = _folder.AddPrograms("elsewhere", "echo 'postgres (PostgreSQL) 18beta1'", _programs);
        var search = Search() with { Path = _folder.AddPrograms("tools", $"echo '{server}'", "pg_config") };

        Assert.Equal(new Installation(server, "18"), await FindAsync(search, null));
    }

    [Fact]
    public async Task Highest_version_is_preferred()
    {
        AddServer("9.6");
        var newest = AddServer("16");
        AddServer("15");

        Assert.Equal(new Installation(newest, "16"), await FindAsync(Search(), null));
    }

    [Fact]
    public async Task Installation_matches_the_version_that_initialised_the_cluster()
    {
        var older = AddServer("15");
        AddServer("16");

        Assert.Equal(new Installation(older, "15"), await FindAsync(Search(), "15"));
    }

    [Fact]
    public async Task Missing_version_is_reported_with_the_installed_ones()
    {
        AddServer("15");
        AddServer("16");

        var failure = await Assert.ThrowsAsync<EmbeddedServerException>(() => FindAsync(Search(), "13"));

        Assert.Contains("initialised by PostgreSQL 13, but this machine has only 16, 15", failure.Message, StringComparison.Ordinal);
    }

    private static Task<Installation> FindAsync(InstallationSearch search, string? majorVersion) =>
        search.FindAsync(majorVersion, TestContext.Current.CancellationToken);

    private InstallationSearch Search() => new() { Path = "", VersionsFolder = Path.Combine(_folder.Path, "versions") };

    private string AddServer(string version) =>
        _folder.AddPrograms($"versions/{version}/bin", $"echo 'postgres (PostgreSQL) {version}.1 (Debian {version}.1-1)'", _programs);
}
