using System.Runtime.Versioning;
[assembly: UnsupportedOSPlatform("windows")]

namespace InterestService.Api.Tests.Hosting;

/// <summary>A folder of a test's own that every user may enter, deleted in the end.</summary>
internal sealed class EmbeddedPostgresFolder : IDisposable
{
    public EmbeddedPostgresFolder()
    {
        Path = Directory.CreateTempSubdirectory("interestservice-").FullName;
        SetMode("755");
    }

    public string Path { get; }

    /// <param name="mode">Octal, as of chmod.</param>
    public void SetMode(string mode) => File.SetUnixFileMode(Path, (UnixFileMode)Convert.ToInt32(mode, 8));

    /// <summary>Makes a folder that holds shell scripts of the given names.</summary>
    /// <returns>The folder's full path.</returns>
    public string AddPrograms(string folder, string script, params string[] names)
    {
        var made = Directory.CreateDirectory(System.IO.Path.Combine(Path, folder)).FullName;
        foreach (var name in names)
        {
            var file = System.IO.Path.Combine(made, name);
            File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        return made;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
