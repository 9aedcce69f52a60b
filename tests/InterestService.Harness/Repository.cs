namespace InterestService.Harness;

internal static class Repository
{
    /// <summary>Returns the path of a file of the repository, searching upwards from where the program runs.</summary>
    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "InterestService.sln"))) return Path.Combine(folder.FullName, name);
        throw new DirectoryNotFoundException("The program does not run inside the repository.");
    }
}
