using System.Runtime.Versioning;
[assembly: UnsupportedOSPlatform("windows")]

namespace InterestService.Api.Tests.Support;

/// <summary>A temporary folder that every user may enter; it is deleted on disposal.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder()
    {
        Path = Directory.CreateTempSubdirectory("interestservice-").FullName;
        SetMode("755");
    }

    public string Path { get; }

    /// <param name="mode">An octal mode as of chmod.</param>
    public void SetMode(string mode) => File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32(mode, 8));

    /// <summary>Creates a folder with shell scripts of the given names.</summary>
    /// <returns>The folder's full path.</returns>
    public string AddPrograms(string folder, string script, params string[] names)
    {
        var created = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        foreach (var name in names)
        {
            var file = System.IO.Path.Combine(created, name);
            File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return created;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
