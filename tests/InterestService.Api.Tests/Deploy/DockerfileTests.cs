using System.Text.RegularExpressions;
using System.Xml.Linq;
using InterestService.Harness;

namespace InterestService.Api.Tests.Deploy;

public sealed partial class DockerfileTests
{
    private static readonly string _dockerfile = File.ReadAllText(Repository.File("Dockerfile"));

    [Fact]
    public void Base_images_have_exact_versions_of_the_SDK_and_its_runtime()
    {
        var bases = From().Matches(_dockerfile).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(2, bases.Count);
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/sdk:\d+\.\d+\.\d{3}-", bases[0]);
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspnet:\d+\.\d+\.\d+-", bases[1]);
        Assert.Contains($"base.name=\"{bases[1]}\"", _dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_of_the_image_is_that_of_the_service() =>
        Assert.Contains($"ARG VERSION={DeployedSettings.Version}\n", _dockerfile, StringComparison.Ordinal);

    /// <summary>Otherwise a change of any source file downloads all packages again, or a restore fails.</summary>
    [Fact]
    public void The_project_files_of_the_service_are_copied_before_its_sources()
    {
        string[] copied = [.. ProjectFiles().Matches(_dockerfile).Select(match => match.Groups[1].Value).Order()];
        Assert.Equal(Projects("src/InterestService.Api").Order(), copied);
        int restore = _dockerfile.IndexOf("RUN dotnet restore", StringComparison.Ordinal);
        Assert.All(ProjectFiles().Matches(_dockerfile), match => Assert.True(match.Index < restore));
        Assert.True(restore < _dockerfile.IndexOf("COPY src/ src/", StringComparison.Ordinal));
    }

    /// <summary>The folders of a project and of those that it uses.</summary>
    private static HashSet<string> Projects(string folder)
    {
        var file = XDocument.Load(Repository.File($"{folder}/{Path.GetFileName(folder)}.csproj"));
        return [folder, .. file.Descendants("ProjectReference").SelectMany(reference => Projects($"src/{Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)}"))];
    }

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^COPY (\S+)/\*\.csproj \1/$", RegexOptions.Multiline)]
    private static partial Regex ProjectFiles();
}
