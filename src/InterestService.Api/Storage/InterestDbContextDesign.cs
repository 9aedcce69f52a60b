using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace InterestService.Api.Storage;

/// <summary>Creates the context for <c>dotnet ef migrations add NAME --output-dir Storage/Migrations</c> without the host.</summary>
internal sealed class InterestDbContextDesign : IDesignTimeDbContextFactory<InterestDbContext>
{
    public InterestDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<InterestDbContext>().UseNpgsql().UseSnakeCaseNamingConvention().Options);
}
