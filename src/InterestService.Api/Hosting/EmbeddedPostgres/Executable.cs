namespace InterestService.Api.Hosting.EmbeddedPostgres;

/// <summary>Finds programs in the folders of a PATH.</summary>
internal static class Executable
{
    /// <summary>The first file called <paramref name="name"/> on <paramref name="path"/>, or null.</summary>
    public static string? Find(string name, string path) =>
        path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
